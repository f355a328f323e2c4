package io.piperelay.platform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.assertThatNoException;
import static org.awaitility.Awaitility.await;

import io.piperelay.child.MisbehavingChild;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What every {@link Platform} guarantees to its callers, tested with real pipes and real children.
 *
 * <p>System properties say how often: {@code contract.repeats} for races, {@code contract.fast-exits},
 * {@code contract.cycles} for sessions that must leave nothing behind, {@code contract.failed-launches} of each
 * kind, and {@code contract.service-kills} of each kind.
 */
@Timeout(value = 180, threadMode = ThreadMode.SEPARATE_THREAD)
public abstract class PlatformContract {

    private static final int REPEATS = Integer.getInteger("contract.repeats", 50);
    private static final int FAST_EXITS = Integer.getInteger("contract.fast-exits", 250);
    private static final int CYCLES = Integer.getInteger("contract.cycles", 100);
    private static final int FAILED_LAUNCHES = Integer.getInteger("contract.failed-launches", 50);
    private static final int SERVICE_KILLS = Integer.getInteger("contract.service-kills", 2);

    /** Repetitions until everything has been loaded, started or pooled that then stays for good. */
    private static final int WARM_UP = 20;

    /** Minutes for what is repeated often: enough for thousands of repetitions on a slow machine. */
    private static final int LONG = 30;

    /** For what has to happen, however slow the machine is. */
    protected static final Duration DEADLINE = Duration.ofSeconds(30);

    /** For what must not happen. */
    private static final Duration A_WHILE = Duration.ofMillis(300);

    /**
     * Not 0, because the JVM itself opens and closes handles in the meantime: for a compiler thread and its events, or a
     * library. That does not grow with the number of repetitions; a leak shows as at least one for every two of them.
     */
    private static final int NOISE = 8;

    /** Arguments that shells, quoting and wildcards could mangle. */
    protected static final List<String> AWKWARD_ARGUMENTS = List.of(
            "",
            " ",
            "two words",
            "tab\there",
            "\"quoted\"",
            "a\"b",
            "back\\slash",
            "trailing\\",
            "two trailing\\\\",
            "\\\\server\\share\\",
            "\\\"",
            "\\\\\"mixed\\\\ \"",
            "*",
            "?",
            "*.java",
            "%PATH%",
            "$HOME",
            "^&|<>()!",
            "'single'",
            "`tick`",
            ";",
            "-",
            "--",
            "@file");

    /** How long anything of a killed service may survive it. */
    private static final Duration AFTERLIFE = Duration.ofSeconds(2);

    /** More than the smallest default capacity of a pipe, 4,096 bytes on Windows. */
    private static final int MORE_THAN_A_PIPE = 5000;

    private static final int MEBIBYTE = 1024 * 1024;

    private final List<ChildProcess> children = new ArrayList<>();
    private final List<Process> strangers = new ArrayList<>();
    private final ExecutorService threads = Executors.newCachedThreadPool();

    protected abstract Platform platform();

    /** How many handles or file descriptors this JVM has open. */
    protected abstract long openHandles() throws IOException;

    /** A command that starts fast and writes the word and the system's line terminator. */
    protected abstract List<String> fastPrinter(String word);

    /** A command that starts fast, writes the file's content, ASCII, and ends at once. */
    protected abstract List<String> fastPrinter(Path file);

    /** A command that starts fast and ends at the end of its input. */
    protected abstract List<String> fastReader();

    /** A command that starts fast and exits with the code. */
    protected abstract List<String> fastExit(int code);

    protected enum LaunchFailure {
        MISSING_PROGRAM,
        NOT_A_PROGRAM,
        MISSING_FOLDER
    }

    /** The system's own code for the failure. */
    protected abstract int codeOf(LaunchFailure failure);

    /** Variables that a child finds in its environment although its command does not name them. */
    protected Map<String, String> environmentOfEveryChild() {
        return Map.of();
    }

    /** Whether this JVM, as it was started, can put any Unicode text into a child's environment. */
    protected boolean environmentTakesUnicode() {
        return true;
    }

    /** Whether the system itself is known to fail like this now and then, whatever is launched. */
    protected boolean isSporadic(NativeCallException failure) {
        return false;
    }

    protected boolean isRunning(long pid) {
        return ProcessHandle.of(pid).map(ProcessHandle::isAlive).orElse(false);
    }

    @AfterEach
    void leaveNothingRunning() {
        children.forEach(ChildProcess::close);
        strangers.forEach(Process::destroyForcibly);
        threads.shutdownNow();
    }

    // Bytes in both directions

    @Test
    void everyByteValueComesBackAsItWasSent() throws IOException {
        ChildProcess child = launch("echo");
        byte[] sent = new byte[256];
        IntStream.range(0, sent.length).forEach(value -> sent[value] = (byte) value);

        child.input().write(sent);

        assertThat(child.output().readNBytes(sent.length)).isEqualTo(sent);
    }

    @Test
    void aMebibyteComesBackAsItWasSent() throws Exception {
        ChildProcess child = launch("echo");
        byte[] sent = MisbehavingChild.randomBytes(1, MEBIBYTE);

        Future<?> writing = threads.submit(() -> {
            child.input().write(sent);
            child.input().close();
            return null;
        });

        assertThat(child.output().readAllBytes()).isEqualTo(sent);
        get(writing);
        assertThat(child.waitFor()).isEqualTo(new ExitStatus(0, null));
    }

    @Test
    void singleBytesAreReadAndWritten() throws IOException {
        ChildProcess child = launch("echo");

        child.input().write(0x1ff);

        assertThat(child.output().read()).isEqualTo(0xff);
    }

    @Test
    void onlyTheRangeAskedForIsMoved() throws IOException {
        ChildProcess child = launch("echo");
        byte[] received = bytes("......");

        child.input().write(bytes("abcdef"), 2, 3);
        int count = 0;
        while (count < 3) {
            count += child.output().read(received, 1 + count, 3 - count);
        }

        assertThat(received).isEqualTo(bytes(".cde.."));
    }

    @Test
    void aRangeOutsideTheArrayIsRefused() throws IOException {
        ChildProcess child = launch("silent");
        byte[] four = new byte[4];

        assertThatExceptionOfType(IndexOutOfBoundsException.class)
                .isThrownBy(() -> child.input().write(four, 1, 4));
        assertThatExceptionOfType(IndexOutOfBoundsException.class)
                .isThrownBy(() -> child.input().write(four, Integer.MAX_VALUE, 1));
        assertThatExceptionOfType(IndexOutOfBoundsException.class)
                .isThrownBy(() -> child.output().read(four, -1, 1));
        assertThatExceptionOfType(IndexOutOfBoundsException.class)
                .isThrownBy(() -> child.output().read(four, 0, 5));
    }

    @Test
    void writingNothingIsNotTheEndOfTheInput() throws IOException {
        ChildProcess child = launch("echo");

        child.input().write(new byte[0]);
        child.input().write(bytes("still here"));

        assertThat(child.output().readNBytes(10)).isEqualTo(bytes("still here"));
    }

    @Test
    void readingNothingDoesNotBlock() throws IOException {
        assertThat(launch("silent").output().read(new byte[0])).isZero();
    }

    @Test
    void errorsHaveAPipeOfTheirOwn() throws Exception {
        ChildProcess child = launch("flood-errors", "200000");

        Future<byte[]> errors = threads.submit(() -> child.errors().readAllBytes());

        assertThat(child.output().readAllBytes()).isEqualTo(bytes("done\n"));
        assertThat(get(errors)).hasSize(200_000).startsWith(floodBytes(1000));
    }

    @Test
    void childrenLaunchedAtOnceEachKeepTheirOwnBytes() throws Exception {
        List<Future<String>> answers = IntStream.range(0, 8)
                .mapToObj(number -> threads.submit(() -> {
                    ChildProcess child = launch(Topology.DUPLEX, 0, command(fastPrinter("child" + number)));
                    return text(child.output().readAllBytes()).strip();
                }))
                .toList();

        for (int number = 0; number < answers.size(); number++) {
            assertThat(get(answers.get(number))).isEqualTo("child" + number);
        }
    }

    // The end of input and output

    @Test
    void closingTheInputIsTheEndOfTheChildsStdin() throws Exception {
        ChildProcess child = launch("count");

        child.input().write(new byte[1000]);
        child.input().close();

        assertThat(text(child.output().readAllBytes())).isEqualTo("1000\n");
        assertThat(child.waitFor().code()).isZero();
    }

    @Test
    void readAfterChildExitedReturnsWhatIsLeft() throws Exception {
        ChildProcess child = launch("random", "7", "3000", "5");

        assertThat(child.waitFor().code()).isEqualTo(5);

        assertThat(child.output().readAllBytes()).isEqualTo(MisbehavingChild.randomBytes(7, 3000));
        assertThat(child.output().read()).isEqualTo(-1);
    }

    @Test
    @Timeout(value = LONG, unit = TimeUnit.MINUTES, threadMode = ThreadMode.SEPARATE_THREAD)
    void fastExitsLoseNothing(@TempDir Path folder) throws Exception {
        for (int i = 0; i < FAST_EXITS; i++) {
            byte[] content = new byte[MORE_THAN_A_PIPE + i];
            for (int position = 0; position < content.length; position++) {
                content[position] = (byte) ('a' + (position + i) % 23);
            }
            Path file = Files.write(folder.resolve("content"), content);
            try (ChildProcess child = launch(Topology.DUPLEX, 0, command(fastPrinter(file)))) {
                assertThat(child.output().readAllBytes()).as("exit %d", i).isEqualTo(content);
                assertThat(child.waitFor().code()).isZero();
            }
        }
    }

    @Test
    void outputEndsWhenTheChildClosesStdoutAndLives() throws Exception {
        ChildProcess child = launch("close-stdout");

        assertThat(child.output().read()).isEqualTo(-1);

        assertThat(isRunning(child.pid())).isTrue();
        child.input().write(bytes("still read"));
        child.input().close();
        assertThat(child.waitFor().code()).isZero();
    }

    @Test
    void writingToAChildThatClosedStdinFailsAsBrokenPipe() throws IOException {
        ChildProcess child = launch("close-stdin");
        assertThat(text(child.output().readNBytes(7))).isEqualTo("closed\n");

        assertThatExceptionOfType(BrokenPipeException.class)
                .isThrownBy(() -> child.input().write(1));
        assertThat(isRunning(child.pid())).isTrue();
    }

    @Test
    void writingToAChildThatExitedFailsAsBrokenPipe() throws Exception {
        ChildProcess child = launch(Topology.DUPLEX, 0, command(fastExit(0)));
        child.waitFor();

        assertThatExceptionOfType(BrokenPipeException.class)
                .isThrownBy(() -> child.input().write(bytes("too late")));
    }

    @Test
    void aBlockedWriteFailsAsBrokenPipeWhenTheChildEnds() throws Exception {
        ChildProcess child = launch("silent");
        Future<?> writing = fillUntilBlocked(child.input());

        child.kill();

        assertThatExceptionOfType(ExecutionException.class)
                .isThrownBy(() -> get(writing))
                .withCauseInstanceOf(BrokenPipeException.class);
    }

    @Test
    void outputEndsOnlyWhenTheLastHolderOfThePipeIsGone() throws Exception {
        ChildProcess child = launch("leave-grandchild");
        Future<byte[]> reading = threads.submit(() -> child.output().readAllBytes());

        child.waitFor();
        stays(() -> !reading.isDone());
        child.kill();

        long grandchild = Long.parseLong(text(get(reading)).strip());
        await().atMost(DEADLINE).until(() -> !isRunning(grandchild));
    }

    // Closing, from other threads too

    @ParameterizedTest
    @ValueSource(strings = {"output", "errors"})
    void closingReleasesABlockedRead(String which) throws Exception {
        ChildProcess child = launch("silent");
        InputStream stream = which.equals("output") ? child.output() : child.errors();
        Future<Integer> reading = threads.submit(() -> stream.read());
        stays(() -> !reading.isDone());

        stream.close();

        failsWithIOException(reading);
        assertThat(isRunning(child.pid())).isTrue();
    }

    @Test
    void closingReleasesABlockedWrite() throws Exception {
        ChildProcess child = launch("silent");
        Future<?> writing = fillUntilBlocked(child.input());

        child.input().close();

        failsWithIOException(writing);
    }

    @Test
    void closingReleasesAReadThatIsJustAboutToBlock() throws Exception {
        for (int i = 0; i < REPEATS; i++) {
            try (ChildProcess child = launch(Topology.DUPLEX, 0, command(fastReader()))) {
                CountDownLatch aboutToRead = new CountDownLatch(1);
                Future<byte[]> reading = threads.submit(() -> {
                    aboutToRead.countDown();
                    return child.errors().readAllBytes();
                });
                aboutToRead.await();

                child.errors().close();

                failsWithIOException(reading);
            }
        }
    }

    @Test
    void closedStreamsFail() throws IOException {
        ChildProcess child = launch("silent");
        child.input().close();
        child.output().close();

        assertThatIOException().isThrownBy(() -> child.input().write(1));
        assertThatIOException().isThrownBy(() -> child.output().read());
        assertThatIOException().isThrownBy(() -> child.output().available());
    }

    @Test
    void closingMayBeRepeatedByManyThreadsAtOnce() throws Exception {
        ChildProcess child = launch("silent");
        Future<Integer> reading = threads.submit(() -> child.output().read());
        Future<?> writing = fillUntilBlocked(child.input());
        CountDownLatch start = new CountDownLatch(1);
        List<Future<?>> closing = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            closing.add(threads.submit(() -> closeEverything(child, start)));
            closing.add(threads.submit(() -> {
                start.await();
                child.close();
                return null;
            }));
        }

        start.countDown();

        for (Future<?> closer : closing) {
            get(closer);
        }
        failsWithIOExceptionOrEnds(reading);
        failsWithIOException(writing);
        await().atMost(DEADLINE).until(() -> !isRunning(child.pid()));
    }

    @Test
    void closingTheChildKillsItAndReleasesWhoeverWaits() throws Exception {
        ChildProcess child = launch("stubborn");
        child.output().readNBytes(6);
        Future<ExitStatus> waiting = threads.submit(child::waitFor);
        Future<Integer> reading = threads.submit(() -> child.output().read());
        stays(() -> !waiting.isDone() && !reading.isDone());

        child.close();

        assertThat(get(waiting).code()).isNotZero();
        failsWithIOExceptionOrEnds(reading);
        await().atMost(DEADLINE).until(() -> !isRunning(child.pid()));
    }

    // What the system refuses

    @ParameterizedTest
    @EnumSource(LaunchFailure.class)
    @Timeout(value = LONG, unit = TimeUnit.MINUTES, threadMode = ThreadMode.SEPARATE_THREAD)
    void aFailedLaunchIsReportedAndLeavesNothingOpen(LaunchFailure failure, @TempDir Path folder) throws Exception {
        Path notes = Files.writeString(folder.resolve("notes.exe"), "not a program");
        ChildCommand command = switch (failure) {
            case MISSING_PROGRAM -> command(List.of("no-such-program-anywhere"));
            case NOT_A_PROGRAM -> command(List.of(notes.toString()));
            case MISSING_FOLDER -> new ChildCommand(fastExit(0), folder.resolve("missing"), Map.of());
        };

        assertLeavesNothingOpen(
                FAILED_LAUNCHES,
                () -> assertThatExceptionOfType(NativeCallException.class)
                        .isThrownBy(() -> launch(Topology.DUPLEX, 0, command))
                        .satisfies(e -> {
                            assertThat(e.operation()).isNotBlank();
                            assertThat(e.code()).isEqualTo(codeOf(failure));
                            assertThat(e.systemMessage())
                                    .isNotBlank()
                                    .isEqualTo(e.systemMessage().strip());
                        }));
    }

    @Test
    void pipesAreClosedAfterAFailedLaunch() throws IOException {
        try (ChildPipes pipes = platform().createPipes(Topology.DUPLEX, 0)) {
            assertThatExceptionOfType(NativeCallException.class)
                    .isThrownBy(() -> pipes.launch(command(List.of("no-such-program-anywhere"))));
            assertThatExceptionOfType(IllegalStateException.class).isThrownBy(() -> pipes.launch(command(fastExit(0))));
        }
    }

    @Test
    void pipesTakeOneChildOnly() throws IOException {
        try (ChildPipes pipes = platform().createPipes(Topology.DUPLEX, 0)) {
            children.add(pipes.launch(command(fastReader())));

            assertThatExceptionOfType(IllegalStateException.class)
                    .isThrownBy(() -> pipes.launch(command(fastReader())));
        }
    }

    @Test
    void closedPipesTakeNoChild() throws IOException {
        ChildPipes pipes = platform().createPipes(Topology.DUPLEX, 0);
        pipes.close();
        pipes.close();

        assertThatExceptionOfType(IllegalStateException.class).isThrownBy(() -> pipes.launch(command(fastReader())));
    }

    // What the child gets

    @Test
    void argumentsArriveExactly() throws IOException {
        List<String> mode = new ArrayList<>(List.of("arguments"));
        mode.addAll(AWKWARD_ARGUMENTS);

        assertThat(zeroTerminated(launch(mode.toArray(String[]::new)))).isEqualTo(AWKWARD_ARGUMENTS);
    }

    @Test
    void theEnvironmentIsExactlyTheConfiguredOne() throws IOException {
        Map<String, String> configured =
                new TreeMap<>(Map.of("GREETING", "Bingo hen shuai", "EQUATION", "a=b=c", "EMPTY", "", "lower", "case"));
        if (environmentTakesUnicode()) {
            configured.put("CHINESE", "\u7ba1\u9053 \ud83d\ude80");
        }
        ChildCommand command = new ChildCommand(MisbehavingChild.command("environment"), null, configured);

        List<String> seen = zeroTerminated(launch(Topology.DUPLEX, 0, command));

        Map<String, String> expected = new TreeMap<>(configured);
        expected.putAll(environmentOfEveryChild());
        assertThat(seen)
                .containsExactlyInAnyOrderElementsOf(
                        expected.entrySet().stream().map(Object::toString).toList());
    }

    @Test
    void anEmptyEnvironmentIsEmpty() throws IOException {
        assertThat(zeroTerminated(launch("environment")))
                .containsExactlyInAnyOrderElementsOf(environmentOfEveryChild().entrySet().stream()
                        .map(Object::toString)
                        .toList());
    }

    @Test
    void theChildStartsInItsWorkingDirectory(@TempDir Path folder) throws IOException {
        Path spaced = Files.createDirectory(folder.resolve("a folder")).toRealPath();
        ChildCommand command = new ChildCommand(MisbehavingChild.command("directory"), spaced, Map.of());

        String seen = text(launch(Topology.DUPLEX, 0, command).output().readAllBytes());

        assertThat(Path.of(seen).toRealPath()).isEqualTo(spaced);
    }

    @Test
    void withoutAWorkingDirectoryTheChildStartsInTheServices() throws IOException {
        String seen = text(launch("directory").output().readAllBytes());

        assertThat(Path.of(seen).toRealPath()).isEqualTo(Path.of("").toRealPath());
    }

    @Test
    void anotherChildDoesNotKeepTheFirstOnesPipesOpen() throws Exception {
        ChildProcess first = launch("count");
        ChildProcess second = launch("close-stdin");
        assertThat(text(second.output().readNBytes(7))).isEqualTo("closed\n");

        first.input().close();

        assertThat(text(first.output().readAllBytes())).isEqualTo("0\n");
        assertThat(first.errors().read()).isEqualTo(-1);
        assertThat(first.waitFor().code()).isZero();
        assertThat(isRunning(second.pid())).isTrue();
    }

    @Test
    void aChildDoesNotKeepTheServicesListeningSocketOpen() throws IOException {
        ChildProcess child;
        int port;
        try (ServerSocket listening = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = listening.getLocalPort();
            child = launch("silent");
        }

        assertThatNoException().isThrownBy(() -> new ServerSocket(port, 1, InetAddress.getLoopbackAddress()).close());
        assertThat(isRunning(child.pid())).isTrue();
    }

    @Test
    void processesStartedElsewhereDoNotDelayTheEnd() throws Exception {
        AtomicBoolean enough = new AtomicBoolean();
        Future<?> elsewhere = threads.submit(() -> {
            for (int i = 0; i < REPEATS && !enough.get(); i++) {
                strangers.add(new ProcessBuilder(fastReader()).start());
            }
            return null;
        });

        for (int i = 0; i < REPEATS; i++) {
            try (ChildProcess child = launch(Topology.DUPLEX, 0, command(fastPrinter("word")))) {
                assertThat(text(child.output().readAllBytes()).strip()).isEqualTo("word");
                assertThat(child.errors().read()).isEqualTo(-1);
            }
        }
        enough.set(true);
        get(elsewhere);
        assertThat(strangers).isNotEmpty().allMatch(Process::isAlive);
    }

    // The pipes themselves

    @ParameterizedTest
    @EnumSource(Topology.class)
    void theSystemChoosesTheCapacityWhereNoneIsAskedFor(Topology topology) throws IOException {
        try (ChildPipes pipes = platform().createPipes(topology, 0)) {
            assertThat(pipes.handles().bufferSize()).isPositive();
        }
    }

    @ParameterizedTest
    @EnumSource(Topology.class)
    void theCapacityIsAtLeastWhatWasAskedFor(Topology topology) throws IOException {
        int wanted = 200_000;

        ChildProcess child = launch(topology, wanted, command(MisbehavingChild.command("silent")));

        assertThat(child.handles().bufferSize()).isGreaterThanOrEqualTo(wanted);
        child.input().write(new byte[wanted]); // would block forever in a smaller pipe
    }

    @Test
    void handlesAreShownInHexadecimalAndStayTheSame() throws IOException {
        try (ChildPipes pipes = platform().createPipes(Topology.DUPLEX, 0)) {
            PipeHandles before = pipes.handles();
            ChildProcess child = pipes.launch(command(fastReader()));
            children.add(child);

            assertThat(before.readHandle()).matches("0x[0-9a-f]+").isNotEqualTo(before.writeHandle());
            assertThat(before.writeHandle()).matches("0x[0-9a-f]+");
            assertThat(child.handles()).isEqualTo(before);
        }
    }

    @Test
    void availableCountsWhatIsInThePipe() throws Exception {
        ChildProcess child = launch("hex", "48656c6c6f");

        await().atMost(DEADLINE).until(() -> child.output().available() == 5);
        assertThat(child.output().read()).isEqualTo('H');
        assertThat(child.output().available()).isEqualTo(4);
        child.input().close();
        assertThat(text(child.output().readAllBytes())).isEqualTo("ello");
        assertThat(child.output().available()).isZero();
    }

    /** On Windows, asking how much is in a pipe would wait behind a read in progress. */
    @Test
    void availableMayBeAskedWhileAnotherThreadReads() throws Exception {
        ChildProcess child = launch("echo");
        Future<Integer> reading = threads.submit(() -> child.output().read());
        stays(() -> !reading.isDone());

        Future<Integer> asked = threads.submit(() -> child.output().available());

        assertThat(get(asked)).isZero();
        child.input().write(bytes("Hello"));
        assertThat(get(reading)).isEqualTo('H');
        await().atMost(DEADLINE).until(() -> child.output().available() == 4);
    }

    @Test
    void inTheSharedTopologyTheServiceCanReadItsOwnBytesBack() throws IOException {
        ChildProcess child = launchShared("silent");

        child.input().write(bytes("my own"));

        assertThat(child.output().available()).isEqualTo(6);
        assertThat(text(child.output().readNBytes(6))).isEqualTo("my own");
        assertThat(isRunning(child.pid())).isTrue();
    }

    @Test
    void inTheSharedTopologyOnePipeServesBothDirections() throws IOException {
        ChildProcess child = launchShared("answer", "15", "Bingo Bingo");

        child.input().write(bytes("Bingo hen shuai"));
        // Reading earlier would take back our own bytes; 11 can only be the answer.
        await().atMost(DEADLINE).until(() -> child.output().available() == 11);

        assertThat(text(child.output().readNBytes(11))).isEqualTo("Bingo Bingo");
    }

    @Test
    void inTheSharedTopologyTheOutputDoesNotEndWithTheChild() throws Exception {
        ChildProcess child = launchShared("exit", "0");
        child.waitFor();

        child.input().write(bytes("nobody"));

        assertThat(text(child.output().readNBytes(6))).isEqualTo("nobody");
        assertThat(child.errors().read()).isEqualTo(-1);
    }

    @Test
    void inTheSharedTopologyClosingReleasesABlockedRead() throws Exception {
        ChildProcess child = launchShared("silent");
        Future<Integer> reading = threads.submit(() -> child.output().read());
        stays(() -> !reading.isDone());

        child.output().close();

        failsWithIOException(reading);
    }

    // The process

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 42, 255})
    void theExitCodeIsTheChilds(int code) throws Exception {
        ChildProcess child = launch(Topology.DUPLEX, 0, command(fastExit(code)));

        assertThat(child.waitFor()).isEqualTo(new ExitStatus(code, null));
        assertThat(child.waitFor()).isEqualTo(new ExitStatus(code, null));
    }

    @Test
    void theExitStatusIsKnownAfterClose() throws Exception {
        ChildProcess child = launch(Topology.DUPLEX, 0, command(fastExit(42)));
        child.waitFor();

        child.close();

        assertThat(child.waitFor()).isEqualTo(new ExitStatus(42, null));
    }

    @Test
    void everyoneWhoWaitsLearnsTheExitStatus() throws Exception {
        ChildProcess child = launch("read-exit", "1", "42");
        List<Future<ExitStatus>> waiting = IntStream.range(0, 4)
                .mapToObj(i -> threads.submit(child::waitFor))
                .toList();

        child.input().write(1);

        for (Future<ExitStatus> waiter : waiting) {
            assertThat(get(waiter)).isEqualTo(new ExitStatus(42, null));
        }
    }

    @Test
    void waitingCanBeInterrupted() throws Exception {
        ChildProcess child = launch("silent");
        CompletableFuture<Throwable> thrown = new CompletableFuture<>();
        Thread waiter = new Thread(() -> {
            try {
                child.waitFor();
            } catch (InterruptedException e) {
                thrown.complete(e);
            }
        });
        waiter.start();

        waiter.interrupt();

        assertThat(get(thrown)).isInstanceOf(InterruptedException.class);
        assertThat(isRunning(child.pid())).isTrue();
    }

    @Test
    void thePidIsTheChilds() throws IOException {
        ChildProcess child = launch("pid");

        assertThat(text(child.output().readAllBytes())).isEqualTo(Long.toString(child.pid()));
    }

    @Test
    void killEndsAChildThatIgnoresEverythingElse() throws Exception {
        ChildProcess child = launch("stubborn");
        child.output().readNBytes(6);
        child.input().close();
        child.terminate();
        stays(() -> isRunning(child.pid()));

        child.kill();

        assertThat(child.waitFor().code()).isNotZero();
        assertThat(isRunning(child.pid())).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"keep-grandchild", "leave-grandchild"})
    void killEndsGrandchildren(String mode) throws Exception {
        ChildProcess child = launch(mode);
        long grandchild = Long.parseLong(line(child.output()));
        if (mode.equals("leave-grandchild")) {
            child.waitFor();
        }
        assertThat(isRunning(grandchild)).isTrue();

        child.kill();

        await().atMost(DEADLINE).until(() -> !isRunning(grandchild) && !isRunning(child.pid()));
    }

    @Test
    void closeEndsGrandchildrenThatOutlivedTheirParent() throws Exception {
        ChildProcess child = launch("leave-grandchild");
        long grandchild = Long.parseLong(line(child.output()));
        child.waitFor();

        child.close();

        await().atMost(DEADLINE).until(() -> !isRunning(grandchild));
    }

    @Test
    void stoppingAChildThatEndedDoesNothing() throws Exception {
        ChildProcess child = launch(Topology.DUPLEX, 0, command(fastExit(42)));
        child.waitFor();

        child.terminate();
        child.kill();
        assertThat(EnumSet.allOf(ChildSignal.class))
                .allSatisfy(signal -> assertThat(child.signal(signal)).isNull());
        child.close();
        child.terminate();
        child.kill();
        assertThat(child.signal(ChildSignal.KILL)).isNull();

        assertThat(child.waitFor().code()).isEqualTo(42);
    }

    @Test
    void noChildCanIgnoreTheSignalThatKills() throws Exception {
        ChildProcess child = launch("stubborn");
        child.output().readNBytes(6);

        assertThat(child.signal(ChildSignal.KILL)).isIn("SIGKILL", "TerminateJobObject");

        assertThat(child.waitFor().code()).isNotZero();
        assertThat(child.signal(ChildSignal.KILL)).isNull();
    }

    /** A child that ends at this very moment has been sent it, or has exited; there is no other answer. */
    @Test
    void aSignalAndTheExitMayCoincide() throws Exception {
        for (int i = 0; i < REPEATS; i++) {
            ChildProcess child = launch(Topology.DUPLEX, 0, command(fastExit(42)));
            while (child.signal(ChildSignal.KILL) != null) {
                Thread.onSpinWait();
            }
            assertThat(child.waitFor().code()).isIn(42, 137, 1);
            child.close();
        }
    }

    /** A program of the tests in a JVM of its own. */
    protected static ProcessBuilder jvm(String java, Class<?> program, String... arguments) {
        List<String> command = new ArrayList<>(List.of(
                java,
                "--enable-native-access=ALL-UNNAMED",
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-XX:-PrintWarnings",
                "-cp",
                System.getProperty("java.class.path"),
                program.getName()));
        command.addAll(List.of(arguments));
        return new ProcessBuilder(command);
    }

    @ParameterizedTest
    @CsvSource({"DUPLEX, silent", "SHARED, silent", "DUPLEX, keep-grandchild"})
    @Timeout(value = LONG, unit = TimeUnit.MINUTES, threadMode = ThreadMode.SEPARATE_THREAD)
    void nothingOutlivesAKilledService(Topology topology, String mode) throws Exception {
        for (int i = 0; i < SERVICE_KILLS; i++) {
            Process service = jvm(
                            MisbehavingChild.command().get(0),
                            ServiceStandIn.class,
                            platform().getClass().getName(),
                            topology.name(),
                            mode)
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
            strangers.add(service);
            List<Long> own = new ArrayList<>(List.of(Long.valueOf(line(service.getInputStream()))));
            if (mode.equals("keep-grandchild")) {
                own.add(Long.valueOf(line(service.getInputStream())));
            }
            List<Long> descendants =
                    service.descendants().map(ProcessHandle::pid).toList();
            assertThat(descendants).containsAll(own).allMatch(this::isRunning);

            service.destroyForcibly();

            await().atMost(AFTERLIFE).until(() -> descendants.stream().noneMatch(this::isRunning));
        }
    }

    // Nothing left behind

    /** Otherwise the tests below could not see a leak either. */
    @Test
    void handlesAreCounted() throws IOException {
        long before = openHandles();
        List<ChildPipes> many = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            many.add(platform().createPipes(Topology.DUPLEX, 0));
        }

        // Two ends each of stdin, stdout and stderr.
        assertThat(openHandles() - before).isBetween(10L * 6 - NOISE, 10L * 6 + NOISE);
        many.forEach(ChildPipes::close);
    }

    /** The topologies alternate. */
    @Test
    @Timeout(value = LONG, unit = TimeUnit.MINUTES, threadMode = ThreadMode.SEPARATE_THREAD)
    void sessionsLeaveNothingOpen() throws Exception {
        Iterator<Topology> turns =
                Stream.generate(Topology::values).flatMap(Arrays::stream).iterator();
        ThrowingRunnable session = () -> {
            try (ChildProcess child = launch(turns.next(), 0, command(fastReader()))) {
                child.input().write(bytes("\n"));
                child.input().close();
            }
        };

        assertLeavesNothingOpen(CYCLES, session);
    }

    @ParameterizedTest
    @EnumSource(Topology.class)
    void pipesThatNeverHadAChildLeaveNothingOpen(Topology topology) throws Exception {
        assertLeavesNothingOpen(
                CYCLES, () -> platform().createPipes(topology, 0).close());
    }

    // Helpers

    protected final ChildProcess launch(String... modeAndArguments) throws IOException {
        return launch(Topology.DUPLEX, 0, command(MisbehavingChild.command(modeAndArguments)));
    }

    protected final ChildProcess launchShared(String... modeAndArguments) throws IOException {
        return launch(Topology.SHARED, 0, command(MisbehavingChild.command(modeAndArguments)));
    }

    protected final ChildProcess launch(Topology topology, int bufferSize, ChildCommand command) throws IOException {
        try {
            return launchOnce(topology, bufferSize, command);
        } catch (NativeCallException e) {
            if (!isSporadic(e)) {
                throw e;
            }
            return launchOnce(topology, bufferSize, command);
        }
    }

    private ChildProcess launchOnce(Topology topology, int bufferSize, ChildCommand command) throws IOException {
        try (ChildPipes pipes = platform().createPipes(topology, bufferSize)) {
            ChildProcess child = pipes.launch(command);
            synchronized (children) {
                children.add(child);
            }
            return child;
        }
    }

    protected static ChildCommand command(List<String> arguments) {
        return new ChildCommand(arguments, null, Map.of());
    }

    protected static List<String> zeroTerminated(ChildProcess child) throws IOException {
        List<String> parts = new ArrayList<>(
                Arrays.asList(text(child.output().readAllBytes()).split("\0", -1)));
        assertThat(parts.remove(parts.size() - 1)).isEmpty();
        return parts;
    }

    protected static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    protected static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }

    private void assertLeavesNothingOpen(int times, ThrowingRunnable action) throws Exception {
        for (int i = 0; i < WARM_UP; i++) {
            action.run();
        }
        long handles = openHandles();
        long threadsBefore = ownThreads();
        long processes = ProcessHandle.current().descendants().count();

        for (int i = 0; i < times; i++) {
            action.run();
        }

        await().atMost(DEADLINE).untilAsserted(() -> {
            assertThat(openHandles()).isLessThanOrEqualTo(handles + Math.min(NOISE, times / 2));
            assertThat(ownThreads()).isLessThanOrEqualTo(threadsBefore);
            assertThat(ProcessHandle.current().descendants().count()).isLessThanOrEqualTo(processes);
        });
    }

    /** Without the JDK's reapers, which wait a minute for the next process, and without the awaiting thread itself. */
    private static long ownThreads() {
        return Thread.getAllStackTraces().keySet().stream()
                .map(Thread::getName)
                .filter(name -> !name.startsWith("process reaper") && !name.startsWith("awaitility"))
                .count();
    }

    /** Writes until the pipe is full, and returns the write that is then blocked. */
    private Future<?> fillUntilBlocked(OutputStream stream) {
        AtomicLong written = new AtomicLong();
        Future<?> writing = threads.submit(() -> {
            while (true) {
                stream.write(new byte[1000]);
                written.addAndGet(1000);
            }
        });
        AtomicLong last = new AtomicLong(-1);
        await().atMost(DEADLINE)
                .pollInterval(A_WHILE)
                .until(() -> last.getAndSet(written.get()) == written.get() && written.get() > 0);
        return writing;
    }

    private static @Nullable Void closeEverything(ChildProcess child, CountDownLatch start) throws Exception {
        start.await();
        child.input().close();
        child.output().close();
        child.errors().close();
        return null;
    }

    private static void stays(Callable<Boolean> condition) {
        await().during(A_WHILE).atMost(DEADLINE).until(condition);
    }

    private static <T> T get(Future<T> future) throws InterruptedException, ExecutionException, TimeoutException {
        return future.get(DEADLINE.toMillis(), TimeUnit.MILLISECONDS);
    }

    private static void failsWithIOException(Future<?> future) {
        assertThatExceptionOfType(ExecutionException.class)
                .isThrownBy(() -> get(future))
                .withCauseInstanceOf(IOException.class);
    }

    /** For a read that races with the child's exit: either may come first. */
    private static void failsWithIOExceptionOrEnds(Future<Integer> reading) throws Exception {
        try {
            assertThat(get(reading)).isEqualTo(-1);
        } catch (ExecutionException e) {
            assertThat(e).hasCauseInstanceOf(IOException.class);
        }
    }

    private static String line(InputStream stream) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int value = stream.read(); value != '\n'; value = stream.read()) {
            assertThat(value).as("the line's next byte").isNotEqualTo(-1);
            line.append((char) value);
        }
        return line.toString();
    }

    private static byte[] floodBytes(int count) {
        byte[] bytes = new byte[count];
        for (int i = 0; i < count; i++) {
            bytes[i] = MisbehavingChild.floodByte(i);
        }
        return bytes;
    }

    @FunctionalInterface
    private interface ThrowingRunnable {
        void run() throws Exception;
    }
}
