package io.piperelay.session;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** All who want to be told, as one. */
final class SessionListeners implements SessionListener {

    private final List<SessionListener> all = new CopyOnWriteArrayList<>();

    void add(SessionListener listener) {
        all.add(listener);
    }

    @Override
    public void started(PipeSession session) {
        all.forEach(listener -> listener.started(session));
    }

    @Override
    public void notStarted(String child, PipeException.Reason reason) {
        all.forEach(listener -> listener.notStarted(child, reason));
    }

    @Override
    public void exited(PipeSession session) {
        all.forEach(listener -> listener.exited(session));
    }

    @Override
    public void restarted(PipeSession session) {
        all.forEach(listener -> listener.restarted(session));
    }

    @Override
    public void answered(PipeSession session, long nanos) {
        all.forEach(listener -> listener.answered(session, nanos));
    }
}
