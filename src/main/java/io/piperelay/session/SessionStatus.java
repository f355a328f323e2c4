package io.piperelay.session;

import io.piperelay.platform.Topology;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** The state of a session at one moment. All offsets and sizes are in bytes. */
public record SessionStatus(
        String id,
        State state,
        Topology topology,
        Instant createdAt,
        Child child,
        Pipe pipe,
        Input input,
        Output output,
        Errors errors) {

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

    public record Child(
            String name,
            long pid,
            @Nullable Integer exitCode,
            @Nullable String signal,
            @Nullable Instant exitedAt) {}

    public record Pipe(String readHandle, String writeHandle, int bufferSize) {}

    public record Input(long offset, boolean open) {}

    /** @param silentSince when the last byte arrived, or the child was launched if there was none */
    public record Output(long oldest, long cursor, long end, int capacity, boolean eof, Instant silentSince) {}

    public record Errors(long oldest, long end, boolean eof) {}
}
