package io.piperelay.session;

import io.piperelay.platform.ChildSignal;
import io.piperelay.platform.ExitStatus;
import io.piperelay.platform.NativeCallException;
import io.piperelay.platform.UnsupportedSignalException;
import java.io.IOException;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Why the session could not do what was asked: the reason for programs, the message for people, and the data that the
 * caller needs to go on. Only the kinds that are caught by their type are subclasses.
 */
public sealed class PipeException extends RuntimeException {

    public enum Reason {
        NO_SESSION,
        SESSION_EXISTS,
        /** The session that is meant is not the current one. */
        SESSION_CHANGED,
        SESSION_CLOSED,
        SHUTTING_DOWN,
        UNKNOWN_CHILD,
        UNSUPPORTED_TOPOLOGY,
        /** The signal cannot be sent to this child. */
        UNSUPPORTED_SIGNAL,
        /** The system has no descriptor, process, thread or memory to spare at the moment. */
        RESOURCES_EXHAUSTED,
        PIPE_CREATION_FAILED,
        CHILD_LAUNCH_FAILED,
        INPUT_CLOSED,
        CHILD_EXITED,
        WRITE_FAILED,
        READ_FAILED,
        /** The offset lies beyond the stream's end, so that bytes would be missing. */
        OFFSET_GAP,
        /** The bytes at the offset are no longer held. */
        OFFSET_GONE,
        /** The input holds another message at the offset, so that this one has no reply. */
        OFFSET_TAKEN,
        PIPE_FULL,
        /** The client has disconnected, or has shut down its sending side, which looks the same. */
        CLIENT_GONE,
        /** The message did not arrive in time; what had arrived was accepted. */
        BODY_TOO_SLOW,
        /** Another request has the turn. */
        PIPE_BUSY,
        /** Copies for clients that are slow to receive theirs have used up the budget for such copies. */
        TOO_MANY_DELIVERIES,
        /** The child can't write its reply before somebody reads, and nobody reads during an exchange. */
        WINDOW_FULL,
        /** The window filled up with output before the whole message was accepted. */
        EXCHANGE_TOO_LARGE,
        REQUEST_TOO_LARGE,
        /** The message was accepted earlier, and its reply is not known, or no longer. */
        REPLY_FORGOTTEN,
        END_OF_OUTPUT,
        /** Where a frame should begin, there is something else. */
        BAD_FRAME,
        /** The window can never hold the whole frame. */
        FRAME_TOO_LARGE,
        REPLY_TIMEOUT
    }

    private final Reason reason;
    private final transient Map<String, @Nullable Object> data = new LinkedHashMap<>();

    private PipeException(Reason reason, String message) {
        this(reason, message, null);
    }

    private PipeException(Reason reason, String message, @Nullable IOException cause) {
        super(message, cause);
        this.reason = reason;
    }

    public Reason reason() {
        return reason;
    }

    /** What the exception carries, by name, in a fixed order. */
    public Map<String, @Nullable Object> data() {
        return data;
    }

    PipeException with(String name, @Nullable Object value) {
        data.put(name, value);
        return this;
    }

    static PipeException noSession() {
        return new PipeException(Reason.NO_SESSION, "There is no session. Create one with POST /pipe.");
    }

    static PipeException sessionExists(String session) {
        return new PipeException(
                        Reason.SESSION_EXISTS,
                        "A session already exists. Close it with DELETE /pipe, or create a new one with ?replace=true.")
                .with("session", session);
    }

    static PipeException sessionChanged(String meant, @Nullable String current) {
        return new PipeException(
                        Reason.SESSION_CHANGED,
                        "Session " + meant + " is no longer current, or never was; "
                                + (current == null ? "there is no current session." : "another session is current."))
                .with("session", current);
    }

    static SessionClosed sessionClosed() {
        return new SessionClosed();
    }

    static PipeException shuttingDown() {
        return new PipeException(Reason.SHUTTING_DOWN, "The service is shutting down.");
    }

    static PipeException unknownChild(String name, Collection<String> known) {
        return new PipeException(
                        Reason.UNKNOWN_CHILD,
                        "There is no child profile '" + name + "'. The configured profiles are: "
                                + String.join(", ", known) + ".")
                .with("children", known);
    }

    static PipeException unsupportedTopology(String child) {
        return new PipeException(
                Reason.UNSUPPORTED_TOPOLOGY,
                "The shared topology requires a child that takes turns on the pipe, as the bundled agent does; '"
                        + child + "' does not. Use duplex.");
    }

    static PipeException unsupportedSignal(ChildSignal signal, UnsupportedSignalException cause) {
        String supported = cause.supported().stream().map(ChildSignal::toString).collect(Collectors.joining(", "));
        return new PipeException(
                        Reason.UNSUPPORTED_SIGNAL,
                        "The signal '" + signal + "' cannot be sent to this child: " + cause.getMessage()
                                + ". What can be sent: " + (supported.isEmpty() ? "nothing" : supported) + ".")
                .with("supported", cause.supported());
    }

    static PipeException resourcesExhausted(NativeCallException cause) {
        return new PipeException(
                        Reason.RESOURCES_EXHAUSTED,
                        "The system is short of descriptors, processes, threads or memory. Try again later.",
                        cause)
                .with("osError", OsError.of(cause));
    }

    static PipeException pipeCreationFailed(NativeCallException cause) {
        return new PipeException(
                        Reason.PIPE_CREATION_FAILED, "The pipe could not be created; nothing was left open.", cause)
                .with("osError", OsError.of(cause));
    }

    static PipeException childLaunchFailed(String child, NativeCallException cause) {
        return new PipeException(
                        Reason.CHILD_LAUNCH_FAILED,
                        "The child '" + child + "' could not be launched; the pipe was closed again."
                                + (cause.advice() == null ? "" : " " + cause.advice()),
                        cause)
                .with("osError", OsError.of(cause));
    }

    static PipeException inputClosed() {
        return new PipeException(Reason.INPUT_CLOSED, "The child's input is closed.");
    }

    static PipeException childExited(int exitCode) {
        return new PipeException(
                        Reason.CHILD_EXITED, "The child has exited with code " + ExitStatus.shown(exitCode) + ".")
                .with("exitCode", exitCode);
    }

    static PipeException writeFailed(IOException cause) {
        return new PipeException(Reason.WRITE_FAILED, "Writing to the child's pipe failed.", cause)
                .with("osError", OsError.of(cause));
    }

    static PipeException readFailed(IOException cause) {
        return new PipeException(Reason.READ_FAILED, "Reading from the child's pipe failed.", cause)
                .with("osError", OsError.of(cause));
    }

    static OffsetGap offsetGap(String stream, long wanted, long offset) {
        return new OffsetGap(stream, wanted, offset);
    }

    static PipeException offsetGone(long wanted, long oldest) {
        return new PipeException(
                        Reason.OFFSET_GONE,
                        "The byte at offset " + wanted + " is no longer held; the oldest byte held is at " + oldest
                                + ".")
                .with("oldest", oldest);
    }

    static PipeException offsetTaken(long wanted, long offset) {
        return new PipeException(
                        Reason.OFFSET_TAKEN,
                        "Another message was written at offset " + wanted + ", or after the accepted part of this one."
                                + " The input ends at offset " + offset + ".")
                .with("offset", offset);
    }

    static PipeFull pipeFull() {
        return new PipeFull();
    }

    static PipeException clientGone() {
        return new PipeException(
                Reason.CLIENT_GONE,
                "The client closed its sending side of the connection, and so counts as disconnected.");
    }

    static PipeException bodyTooSlow() {
        return new PipeException(Reason.BODY_TOO_SLOW, "The request body did not arrive in time.");
    }

    static PipeException pipeBusy() {
        return new PipeException(
                Reason.PIPE_BUSY,
                "Another request is using the pipe and did not finish in time; no part of this one was accepted.");
    }

    static TooManyDeliveries tooManyDeliveries() {
        return new TooManyDeliveries();
    }

    static PipeException windowFull(int capacity) {
        return new PipeException(
                        Reason.WINDOW_FULL,
                        "The window is full of unread output, so no reply can come in; no part of the message was"
                                + " accepted. Read first (GET /pipe/read).")
                .with("limit", capacity);
    }

    /** @param full the exception with which the acceptance of the message ended */
    static PipeException exchangeTooLarge(int capacity, PipeFull full) {
        var tooLarge = new PipeException(
                Reason.EXCHANGE_TOO_LARGE,
                "The child wrote more than the window holds (" + capacity + " bytes) before it had read the whole"
                        + " message. Read (GET /pipe/read) while you write the rest (POST /pipe/write) from 'next' on.");
        tooLarge.with("limit", capacity);
        full.data().forEach(tooLarge::with);
        return tooLarge;
    }

    static PipeException requestTooLarge(long limit) {
        return new PipeException(
                        Reason.REQUEST_TOO_LARGE,
                        "A request may write at most " + limit + " bytes (pipe.input.max-request).")
                .with("limit", limit);
    }

    static PipeException replyForgotten(long offset, long oldest) {
        return new PipeException(
                        Reason.REPLY_FORGOTTEN,
                        "What was written at offset " + offset + " was not an exchange, or was one too long ago; its"
                                + " reply is not known. The oldest byte of output held is at " + oldest + ".")
                .with("oldest", oldest);
    }

    static PipeException endOfOutput(@Nullable Integer exitCode) {
        return new PipeException(
                        Reason.END_OF_OUTPUT,
                        "The child's output has ended, and all of it has been taken."
                                + (exitCode == null || exitCode >= 0
                                        ? ""
                                        : " The child has exited with code " + ExitStatus.shown(exitCode) + "."))
                .with("exitCode", exitCode);
    }

    static PipeException badFrame(long offset, String reason) {
        return new PipeException(
                        Reason.BAD_FRAME,
                        "At offset " + offset + " of the child's output no frame can be read: " + reason
                                + ". It can be read without framing.")
                .with("offset", offset);
    }

    static PipeException frameTooLarge(long offset, long length, int limit) {
        return new PipeException(
                        Reason.FRAME_TOO_LARGE,
                        "The frame at offset " + offset + " of the child's output has " + length
                                + " bytes with its header, and the service can hold no more than " + limit
                                + " (pipe.output.window). It can be read without framing.")
                .with("offset", offset)
                .with("length", length)
                .with("limit", limit);
    }

    static ReplyTimeout replyTimeout(long offset) {
        return new ReplyTimeout(offset);
    }

    static final class SessionClosed extends PipeException {
        private SessionClosed() {
            super(Reason.SESSION_CLOSED, "The session was closed before this request was completed.");
        }
    }

    public static final class OffsetGap extends PipeException {
        private OffsetGap(String stream, long wanted, long offset) {
            super(
                    Reason.OFFSET_GAP,
                    "The end of the " + stream + " is at offset " + offset + "; starting at " + wanted
                            + " would leave a gap.");
            with("offset", offset);
        }
    }

    static final class PipeFull extends PipeException {
        private PipeFull() {
            super(Reason.PIPE_FULL, "The child did not read its input in time. Continue at the offset in 'next'.");
        }
    }

    static final class ReplyTimeout extends PipeException {

        private final long offset;

        private ReplyTimeout(long offset) {
            super(
                    Reason.REPLY_TIMEOUT,
                    "The child did not reply in time. Repeat the exchange at the offset in Pipe-Input-Offset, or"
                            + " read the reply later, from 'offset' on.");
            this.offset = offset;
            with("offset", offset);
        }

        /** Where the reply begins in the output, if it has begun. */
        long offset() {
            return offset;
        }
    }

    static final class TooManyDeliveries extends PipeException {
        private TooManyDeliveries() {
            super(
                    Reason.TOO_MANY_DELIVERIES,
                    "Too much output is already waiting for clients to receive it. Try again later.");
        }
    }
}
