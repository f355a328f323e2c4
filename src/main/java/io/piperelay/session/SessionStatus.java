package io.piperelay.session;

import io.piperelay.platform.ProcessState;
import io.piperelay.platform.Topology;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The state of a session at one moment. All offsets and sizes are in bytes.
 *
 * @param diagnosis what it usually means that the child does not answer; null if nothing is unusual, and once it has exited
 */
public record SessionStatus(
        String id,
        State state,
        Topology topology,
        Instant createdAt,
        Child child,
        Pipe pipe,
        Input input,
        Output output,
        Errors errors,
        @Nullable Diagnosis diagnosis) {

    public enum State {
        RUNNING("running"),
        EXITED("exited"),
        CLOSED("closed");

        private final String name;

        State(String name) {
            this.name = name;
        }

        @Override
        public String toString() {
            return name;
        }
    }

    /** What it took to end the child. */
    public enum StoppedBy {
        END_OF_INPUT("end-of-input"),
        TERMINATE("terminate"),
        KILL("kill");

        private final String name;

        StoppedBy(String name) {
            this.name = name;
        }

        @Override
        public String toString() {
            return name;
        }
    }

    /** @param processState null where that is unknown, and once it has exited */
    public record Child(
            String name,
            long pid,
            @Nullable ProcessState processState,
            @Nullable Integer exitCode,
            @Nullable String signal,
            @Nullable Instant exitedAt) {}

    public record Pipe(String readHandle, String writeHandle, int bufferSize) {}

    /**
     * @param pending how many bytes in the pipe the child has not read yet; null where that is unknown, and once the pipe is closed
     * @param pendingSince since when, at the latest, the oldest byte has been waiting for the child to read it; null if none is,
     *     as far as known
     */
    public record Input(
            long offset,
            boolean open,
            @Nullable Integer pending,
            @Nullable Instant pendingSince) {}

    /** @param silentSince when the last byte arrived, or the child was launched if there was none; null once the output has ended */
    public record Output(
            long oldest,
            long cursor,
            long end,
            int capacity,
            boolean eof,
            @Nullable Instant silentSince) {}

    public record Errors(long oldest, long end, boolean eof) {}
}
