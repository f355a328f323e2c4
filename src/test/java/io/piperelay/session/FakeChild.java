package io.piperelay.session;

import io.piperelay.platform.ChildProcess;
import io.piperelay.platform.ChildSignal;
import io.piperelay.platform.ExitStatus;
import io.piperelay.platform.PipeHandles;
import io.piperelay.platform.UnsupportedSignalException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;

/** A child on in-memory pipes. The test does what the program would do, and chooses what it takes to end it. */
final class FakeChild implements ChildProcess {

    /** The mildest measure that ends it. */
    enum EndsAt {
        END_OF_INPUT,
        TERMINATE,
        KILL,
        NOTHING
    }

    private static final int CAPACITY = 1000;

    private final EndsAt endsAt;
    private final @Nullable String unaskable;
    private final MemoryPipe stdin = new MemoryPipe(CAPACITY);
    private final MemoryPipe stdout = new MemoryPipe(CAPACITY);
    private final MemoryPipe stderr = new MemoryPipe(CAPACITY);
    private final CompletableFuture<ExitStatus> exit = new CompletableFuture<>();
    private final List<String> calls = new CopyOnWriteArrayList<>();

    FakeChild(EndsAt endsAt) {
        this(endsAt, null);
    }

    /** @param unaskable why it cannot be asked to terminate; null if it can */
    FakeChild(EndsAt endsAt, @Nullable String unaskable) {
        this.endsAt = endsAt;
        this.unaskable = unaskable;
    }

    /** What was asked of it, in order: {@code terminate}, {@code kill}, {@code close}. */
    List<String> calls() {
        return calls;
    }

    /** The program reads this many bytes. */
    String reads(int count) throws IOException {
        return new String(stdin.readEnd().readNBytes(count), StandardCharsets.UTF_8);
    }

    /** The program writes to its stdout. */
    void writes(String text) throws IOException {
        stdout.writeEnd().write(text.getBytes(StandardCharsets.UTF_8));
    }

    void writesErrors(String text) throws IOException {
        stderr.writeEnd().write(text.getBytes(StandardCharsets.UTF_8));
    }

    void closesInput() {
        stdin.closeReadEnd();
    }

    /** The program ends. */
    void exits(int code) {
        stdin.closeReadEnd();
        stdout.closeWriteEnd();
        stderr.closeWriteEnd();
        exit.complete(new ExitStatus(code, code > 128 ? "SIG" + (code - 128) : null));
    }

    @Override
    public long pid() {
        return 4711;
    }

    @Override
    public PipeHandles handles() {
        return new PipeHandles("0x3", "0x4", CAPACITY);
    }

    @Override
    public OutputStream input() {
        return new OutputStream() {

            @Override
            public void write(int value) throws IOException {
                stdin.writeEnd().write(value);
            }

            @Override
            public void write(byte[] bytes, int offset, int length) throws IOException {
                stdin.writeEnd().write(bytes, offset, length);
            }

            @Override
            public void close() {
                stdin.closeWriteEnd();
                endIf(endsAt == EndsAt.END_OF_INPUT, 0);
            }
        };
    }

    @Override
    public InputStream output() {
        return stdout.readEnd();
    }

    @Override
    public InputStream errors() {
        return stderr.readEnd();
    }

    @Override
    public ExitStatus waitFor() throws InterruptedException {
        try {
            return exit.get();
        } catch (ExecutionException e) {
            throw new AssertionError(e);
        }
    }

    @Override
    public @Nullable String terminate() {
        calls.add("terminate");
        endIf(endsAt == EndsAt.TERMINATE && unaskable == null, 143);
        return unaskable;
    }

    @Override
    public @Nullable String signal(ChildSignal signal) {
        if (exit.isDone()) {
            return null;
        }
        if (unaskable != null && signal != ChildSignal.KILL) {
            throw new UnsupportedSignalException(unaskable, List.of(ChildSignal.KILL));
        }
        calls.add("signal " + signal);
        return "FAKE" + signal.name();
    }

    @Override
    public void kill() {
        calls.add("kill");
        endIf(endsAt != EndsAt.NOTHING, 137);
    }

    private void endIf(boolean enough, int code) {
        if (enough) {
            exits(code);
        }
    }

    @Override
    public void close() {
        calls.add("close");
        endIf(endsAt != EndsAt.NOTHING, 137);
        stdin.closeWriteEnd();
        stdout.closeReadEnd();
        stderr.closeReadEnd();
    }
}
