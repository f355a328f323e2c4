package io.piperelay.platform.posix;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import com.sun.jna.Pointer;
import io.piperelay.ProcessStat;
import io.piperelay.platform.BrokenPipeException;
import io.piperelay.platform.ChildProcess;
import io.piperelay.platform.ChildSignal;
import io.piperelay.platform.ExitStatus;
import io.piperelay.platform.NonBlockingPipes;
import io.piperelay.platform.Platform;
import io.piperelay.platform.PlatformContract;
import io.piperelay.platform.ProcessState;
import io.piperelay.platform.Topology;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@EnabledOnOs(OS.LINUX)
class PosixPlatformIT extends PlatformContract {

    private static final PosixPlatform PLATFORM = new PosixPlatform();

    @AfterAll
    static void closePlatform() {
        PLATFORM.close();
    }

    @Override
    protected Platform platform() {
        return PLATFORM;
    }

    @Override
    protected long openHandles() throws IOException {
        try (Stream<Path> descriptors = Files.list(Path.of("/proc/self/fd"))) {
            return descriptors.count();
        }
    }

    @Override
    protected List<String> fastPrinter(String word) {
        return List.of("/bin/echo", word);
    }

    @Override
    protected List<String> fastPrinter(Path file) {
        return List.of("/bin/cat", file.toString());
    }

    @Override
    protected List<String> fastReader() {
        return List.of("/bin/cat");
    }

    @Override
    protected List<String> fastExit(int code) {
        return List.of("/bin/sh", "-c", "exit " + code);
    }

    @Override
    protected int codeOf(LaunchFailure failure) {
        return switch (failure) {
            case MISSING_PROGRAM, MISSING_FOLDER -> 2; // ENOENT
            case NOT_A_PROGRAM -> 13; // EACCES
        };
    }

    @Override
    protected boolean environmentTakesUnicode() {
        return Charset.forName(System.getProperty("sun.jnu.encoding")).equals(StandardCharsets.UTF_8);
    }

    @Override
    protected boolean isRunning(long pid) {
        return ProcessStat.isRunning(pid);
    }

    @Test
    void theChildInheritsExactlyThreeDescriptors() throws IOException {
        launch("silent");

        List<String> descriptors = zeroTerminated(launch("descriptors"));

        assertThat(descriptors)
                .allMatch(descriptor -> descriptor.matches("[012] pipe:.*"))
                .hasSize(3);
    }

    @Test
    void terminateEndsAnOrdinaryChild() throws Exception {
        ChildProcess child = launch("hex", "00");
        child.output().read();

        child.terminate();

        assertThat(child.waitFor()).isEqualTo(new ExitStatus(143, "SIGTERM"));
    }

    @Test
    void aSignalReachesTheWholeGroup() throws Exception {
        ChildProcess child = shell(
                Topology.DUPLEX,
                "trap 'echo leader' INT;"
                        + "sh -c 'trap \"echo member; exit\" INT; echo ready; while :; do sleep 0.1; done'; exec cat");
        child.output().readNBytes(6);

        assertThat(child.signal(ChildSignal.INTERRUPT)).isEqualTo("SIGINT");

        assertThat(text(child.output().readNBytes(14))).isEqualTo("member\nleader\n");
        assertThat(child.signal(ChildSignal.TERMINATE)).isEqualTo("SIGTERM");
        assertThat(child.waitFor()).isEqualTo(new ExitStatus(143, "SIGTERM"));
    }

    /** As those of a service that a script starts in the background: sh(1) then ignores SIGINT for it. */
    @Test
    void aChildDoesNotInheritThatSignalsAreIgnored() throws Exception {
        Pointer before = LibC.signal(LibC.SIGINT, Pointer.createConstant(1)); // SIG_IGN
        try {
            ChildProcess child = shell(Topology.DUPLEX, "kill -INT $$; echo ignored; exec sleep 600");

            assertThat(child.waitFor()).isEqualTo(new ExitStatus(130, "SIGINT"));
        } finally {
            LibC.signal(LibC.SIGINT, before);
        }
    }

    @Test
    void killShowsAsSignal() throws Exception {
        ChildProcess child = launch("silent");

        child.kill();

        assertThat(child.waitFor()).isEqualTo(new ExitStatus(137, "SIGKILL"));
    }

    private static NonBlockingPipes nonBlocking(ChildProcess child) {
        return Objects.requireNonNull(child.nonBlocking());
    }

    private ChildProcess shell(Topology topology, String script) throws IOException {
        return launch(topology, 0, command(List.of("/bin/sh", "-c", script)));
    }

    private static int read(ChildProcess child, byte[] target) {
        return nonBlocking(child).read(target, 1, target.length - 1, DEADLINE);
    }

    @Test
    void withoutBlockingBytesGoAndComeAsTheyDoOtherwise() throws IOException {
        ChildProcess child = launch(Topology.DUPLEX, 0, command(fastReader()));
        byte[] answer = new byte[10];

        assertThat(nonBlocking(child).write(bytes("-ping-"), 1, 4)).isTrue();

        assertThat(read(child, answer)).isEqualTo(4);
        assertThat(text(answer)).isEqualTo("\0ping\0\0\0\0\0");
    }

    @Test
    void aFullPipeTakesNothingAndAnEmptyOneGivesNothing() throws IOException {
        ChildProcess child = shell(Topology.DUPLEX, "sleep 600");
        byte[] piece = new byte[LibC.PIPE_BUF];
        int taken = 0;

        while (nonBlocking(child).write(piece, 0, piece.length)) {
            taken += piece.length;
        }

        assertThat(taken).isEqualTo(child.handles().bufferSize());
        assertThat(nonBlocking(child).write(piece, 0, 1)).isFalse();
        assertThat(nonBlocking(child).read(piece, 0, 1, Duration.ofMillis(5))).isZero();
    }

    @Test
    void whatTheChildHasNotReadIsCountedUntilThePipeIsClosed() throws IOException {
        ChildProcess child = shell(Topology.DUPLEX, "sleep 600");
        NonBlockingPipes pipes = nonBlocking(child);
        assertThat(pipes.untaken()).isZero();

        pipes.write(bytes("hello"), 0, 5);

        assertThat(pipes.untaken()).isEqualTo(5);
        child.input().close();
        assertThat(pipes.untaken()).isNull();
    }

    @Test
    void itShowsWhetherTheChildWaitsForInputOrIsStoppedOrHasEnded() throws Exception {
        ChildProcess child = launch(Topology.DUPLEX, 0, command(fastReader()));
        // Where one process may not see what another waits for, it only sleeps.
        await().until(() -> child.state() == ProcessState.AWAITING_INPUT || child.state() == ProcessState.SLEEPING);

        int stopped = 19; // SIGSTOP
        LibC.kill((int) child.pid(), stopped);
        await().until(() -> child.state() == ProcessState.STOPPED);

        child.kill();
        child.waitFor();
        assertThat(child.state()).isNull();
    }

    @Test
    void moreThanAPipeTakesInOnePieceIsRefused() throws IOException {
        ChildProcess child = shell(Topology.DUPLEX, "sleep 600");

        assertThat(nonBlocking(child).write(new byte[LibC.PIPE_BUF + 1], 0, LibC.PIPE_BUF + 1))
                .isFalse();
    }

    @Test
    void theEndIsNothingToReadAndABrokenPipeTakesNothing() throws Exception {
        ChildProcess child = shell(Topology.DUPLEX, "exit 3");
        child.waitFor();

        assertThat(nonBlocking(child).write(bytes("x"), 0, 1)).isFalse();
        assertThat(read(child, new byte[10])).isZero();
        assertThatExceptionOfType(BrokenPipeException.class)
                .isThrownBy(() -> child.input().write(bytes("x")));
        assertThat(child.output().read()).isEqualTo(-1);
    }

    @Test
    void onceClosedNothingIsWrittenOrReadEvenIfTheNumberIsReused() throws IOException {
        ChildProcess closed = launch(Topology.DUPLEX, 0, command(fastReader()));
        NonBlockingPipes pipes = nonBlocking(closed);
        closed.close();
        ChildProcess next = launch(Topology.DUPLEX, 0, command(fastPrinter("next")));
        for (int i = 0; i < 1000 && !next.handles().equals(closed.handles()); i++) {
            next.close(); // The JVM's own descriptors came in between.
            next = launch(Topology.DUPLEX, 0, command(fastPrinter("next")));
        }
        assertThat(next.handles()).as("the same numbers").isEqualTo(closed.handles());

        assertThat(pipes.write(bytes("x"), 0, 1)).isFalse();
        assertThat(pipes.read(new byte[10], 0, 10, Duration.ofMillis(200))).isZero();

        assertThat(text(next.output().readAllBytes())).isEqualTo("next\n");
    }

    /** Which a channel would be by an interrupt. */
    @Test
    void anInterruptedThreadClosesNothing() throws IOException {
        ChildProcess child = launch(Topology.DUPLEX, 0, command(fastReader()));
        byte[] answer = new byte[10];

        Thread.currentThread().interrupt();
        boolean written = nonBlocking(child).write(bytes("ping"), 0, 4);
        int count = read(child, answer);

        assertThat(Thread.interrupted()).isTrue();
        assertThat(written).isTrue();
        assertThat(count).isEqualTo(4);
        child.input().write(bytes("pong"));
        assertThat(read(child, answer)).isEqualTo(4);
    }

    /** A program that does not expect it takes EAGAIN for a failure. */
    @ParameterizedTest
    @EnumSource(Topology.class)
    void theChildsOwnCallsWait(Topology topology) throws IOException {
        ChildProcess child = shell(topology, "cat /proc/$$/fdinfo/0 /proc/$$/fdinfo/1 >&2");

        List<Integer> flags = text(child.errors().readAllBytes())
                .lines()
                .filter(line -> line.startsWith("flags:"))
                .map(line -> Integer.parseInt(line.substring(6).strip(), 8))
                .toList();

        assertThat(flags).hasSize(2).allMatch(flag -> (flag & LibC.O_NONBLOCK) == 0);
    }

    @Test
    void aSharedPipeIsReadAndWrittenByItsStreamsAlone() throws IOException {
        assertThat(shell(Topology.SHARED, "sleep 600").nonBlocking()).isNull();
    }
}
