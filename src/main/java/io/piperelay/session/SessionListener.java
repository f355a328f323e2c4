package io.piperelay.session;

/** Is told what happens to children and their sessions, by the thread to which it happens. No method may wait, or throw. */
public interface SessionListener {

    /** A child has been launched, for a session of its own. */
    default void started(PipeSession session) {}

    /** No child has been launched, or no pipe created for it; nothing is left of it. */
    default void notStarted(String child, PipeException.Reason reason) {}

    /** A child has exited, whatever the reason. Those who observe its session do not know yet. */
    default void exited(PipeSession session) {}

    /** A session has taken the place of one with the same child, which had exited. */
    default void restarted(PipeSession session) {}

    /**
     * A reply has been delivered.
     *
     * @param nanos since the exchange began, with all its waits: for a turn, for room, for the child
     */
    default void answered(PipeSession session, long nanos) {}
}
