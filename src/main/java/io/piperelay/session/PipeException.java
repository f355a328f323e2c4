package io.piperelay.session;

import io.piperelay.platform.NativeCallException;
import java.io.IOException;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Why the session could not do what was asked; each kind carries the data that its caller needs to go on. */
public abstract sealed class PipeException extends RuntimeException {

    private final transient Map<String, @Nullable Object> data = new LinkedHashMap<>();

    private PipeException(String message) {
        super(message);
    }

    private PipeException(String message, IOException cause) {
        super(message, cause);
    }

    /** What the exception carries, by name, in a fixed order. */
    public Map<String, @Nullable Object> data() {
        return data;
    }

    PipeException with(String name, @Nullable Object value) {
        data.put(name, value);
        return this;
    }

    public static final class NoSession extends PipeException {
        NoSession() {
            super("There is no session. Create one with POST /pipe.");
        }
    }

    public static final class SessionExists extends PipeException {
        SessionExists(String session) {
            super("A session exists already. Close it with DELETE /pipe, or create with ?replace=true.");
            with("session", session);
        }
    }

    /** The session that is meant is not the current one. */
    public static final class SessionChanged extends PipeException {
        SessionChanged(String meant, @Nullable String current) {
            super("The session " + meant + " is not current any more, or never was. "
                    + (current == null ? "No session is." : "Another one is."));
            with("session", current);
        }
    }

    public static final class SessionClosed extends PipeException {
        SessionClosed() {
            super("The session was closed before this could be done.");
        }
    }

    public static final class ShuttingDown extends PipeException {
        ShuttingDown() {
            super("The service is shutting down.");
        }
    }

    public static final class UnknownChild extends PipeException {
        UnknownChild(String name, Collection<String> known) {
            super("There is no child profile '" + name + "'. Configured are: " + String.join(", ", known) + ".");
            with("children", known);
        }
    }

    public static final class UnsupportedTopology extends PipeException {
        UnsupportedTopology(String child) {
            super("The shared topology needs a child that knows its turn-taking: the bundled agent does, '" + child
                    + "' does not. Use duplex.");
        }
    }

    /** The system has no more descriptors, processes or memory to give at the moment. */
    public static final class ResourcesExhausted extends PipeException {
        ResourcesExhausted(NativeCallException cause) {
            super("The system is short of descriptors, processes or memory. Try again later.", cause);
            with("osError", OsError.of(cause));
        }
    }

    public static final class PipeCreationFailed extends PipeException {
        PipeCreationFailed(NativeCallException cause) {
            super("The pipe could not be created; nothing was left open.", cause);
            with("osError", OsError.of(cause));
        }
    }

    public static final class ChildLaunchFailed extends PipeException {
        ChildLaunchFailed(String child, NativeCallException cause) {
            super("The child '" + child + "' could not be launched; the pipe was closed again.", cause);
            with("osError", OsError.of(cause));
        }
    }

    public static final class InputClosed extends PipeException {
        InputClosed() {
            super("The child's input is closed.");
        }
    }

    public static final class ChildExited extends PipeException {
        ChildExited(int exitCode) {
            super("The child has exited with code " + exitCode + ".");
            with("exitCode", exitCode);
        }
    }

    public static final class WriteFailed extends PipeException {
        WriteFailed(IOException cause) {
            super("The pipe to the child could not be written.", cause);
            with("osError", OsError.of(cause));
        }
    }

    public static final class ReadFailed extends PipeException {
        ReadFailed(IOException cause) {
            super("The pipe from the child could not be read.", cause);
            with("osError", OsError.of(cause));
        }
    }

    /** An offset that leaves out bytes: it lies behind the stream's end. */
    public static final class OffsetGap extends PipeException {
        OffsetGap(String stream, long wanted, long offset) {
            super("The end of the " + stream + " is at offset " + offset + "; " + wanted + " would leave a gap.");
            with("offset", offset);
        }
    }

    public static final class OffsetGone extends PipeException {
        OffsetGone(long wanted, long oldest) {
            super("The byte at offset " + wanted + " is no longer held; the oldest is at " + oldest + ".");
            with("oldest", oldest);
        }
    }

    /** The input holds another message where an exchange belongs, so that there is no reply to this one. */
    public static final class OffsetTaken extends PipeException {
        OffsetTaken(long wanted, long offset) {
            super("Another message was written at offset " + wanted + ", or into the rest of this one. The end of the"
                    + " input is at offset " + offset + ".");
            with("offset", offset);
        }
    }

    public static final class PipeFull extends PipeException {
        PipeFull() {
            super("The child did not read its input in time. Go on with the offset in 'next'.");
        }
    }

    /** Nobody waits for the answer any more; or, what can't be told from that, the client has closed its sending side. */
    public static final class ClientGone extends PipeException {
        ClientGone() {
            super("The client closed its side of the connection, which was taken for its going.");
        }
    }

    /** Part of the message came, and was accepted. */
    public static final class BodyTooSlow extends PipeException {
        BodyTooSlow() {
            super("The request's body did not arrive in time.");
        }
    }

    /** Another request has the turn. */
    public static final class PipeBusy extends PipeException {
        PipeBusy() {
            super("Another request is using the pipe, and did not finish in time; nothing of this one was accepted.");
        }
    }

    /** Copies for clients that have not taken theirs yet use up what there is for them. */
    public static final class TooManyDeliveries extends PipeException {
        TooManyDeliveries() {
            super("Too much output waits for its clients to take it already. Try again later.");
        }
    }

    /** Nothing can come out of the child before somebody reads, and nobody reads during an exchange. */
    public static final class WindowFull extends PipeException {
        WindowFull(int capacity) {
            super("The window is full of unread output, so that no reply can come in; nothing of the message was"
                    + " accepted. Read first (GET /pipe/read).");
            with("limit", capacity);
        }
    }

    /** The window filled up with output before the whole message was accepted. */
    public static final class ExchangeTooLarge extends PipeException {
        ExchangeTooLarge(int capacity, PipeFull full) {
            super("The child wrote more than the window holds, " + capacity + " bytes, before it had read the whole"
                    + " message. Read (GET /pipe/read) while you write the rest (POST /pipe/write) at 'next'.");
            with("limit", capacity);
            full.data().forEach(this::with);
        }
    }

    public static final class RequestTooLarge extends PipeException {
        RequestTooLarge(long limit) {
            super("A request may write at most " + limit + " bytes (pipe.input.max-request).");
            with("limit", limit);
        }
    }

    /** A message was accepted before, and which reply it got is not known, or not any more. */
    public static final class ReplyForgotten extends PipeException {
        ReplyForgotten(long offset, long oldest) {
            super("What was written at offset " + offset
                    + " was no exchange, or one too long ago; its reply is not known."
                    + " The oldest output that is held is at " + oldest + ".");
            with("oldest", oldest);
        }
    }

    public static final class EndOfOutput extends PipeException {
        EndOfOutput(@Nullable Integer exitCode) {
            super("The child's output has ended and all of it was taken.");
            with("exitCode", exitCode);
        }
    }

    public static final class ReplyTimeout extends PipeException {
        ReplyTimeout(long offset) {
            super(
                    "The child did not reply in time. Repeat the exchange at the offset that Pipe-Input-Offset names, or read"
                            + " the reply later, from 'offset' on.");
            with("offset", offset);
        }
    }
}
