package io.piperelay.halfduplex;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Both sides of the conversation in one process, each on threads of its own, over a pipe in memory. */
@Timeout(60)
class SharedPipeTests {

    private static final int SMALLEST_PIPE = 4096;
    private static final int MIB = 1024 * 1024;

    private final ExecutorService threads = Executors.newCachedThreadPool();
    private volatile boolean parentAlive = true;
    private volatile boolean childAlive = true;
    private SinglePipe pipe;
    private SharedPipeParent parent;
    private SharedPipeChild child;

    SharedPipeTests() {
        connect(SMALLEST_PIPE);
    }

    @AfterEach
    void stopThreads() throws InterruptedException {
        parentAlive = false;
        childAlive = false;
        parent.close();
        threads.shutdownNow();
        assertThat(threads.awaitTermination(10, TimeUnit.SECONDS)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(ints = {SMALLEST_PIPE, 65536})
    void nothingIsStolenLostOrRepeatedInThousandsOfRounds(int capacity) throws Exception {
        connect(capacity);
        int rounds = 2000;
        Future<?> childSide = start(() -> {
            for (int round = 0; round < rounds; round++) {
                byte[] request = request(round);
                if (request.length > 0) {
                    assertThat(nextRequest()).as("request %d", round).isEqualTo(request);
                    child.output().write(answer(round));
                }
            }
            assertThat(child.input().read()).isEqualTo(-1);
            child.output().close();
            return null;
        });
        Future<?> writer = start(() -> {
            for (int round = 0; round < rounds; round++) {
                parent.input().write(request(round));
                parent.input().flush();
            }
            parent.input().close();
            return null;
        });

        for (int round = 0; round < rounds; round++) {
            if (request(round).length > 0) {
                byte[] answer = answer(round);
                assertThat(parent.output().readNBytes(answer.length))
                        .as("answer %d", round)
                        .isEqualTo(answer);
            }
        }
        assertThat(parent.output().read()).isEqualTo(-1);
        writer.get();
        childSide.get();
        assertThat(pipe.available()).isZero();
        assertThat(pipe.everHeldUpAWriter()).isFalse();
    }

    @Test
    void requestFarLargerThanThePipeIsAnsweredWhileItArrives() throws Exception {
        byte[] request = random(8 * MIB);
        Future<?> childSide = start(this::echo);
        Future<?> writer = start(() -> ask(request));

        assertThat(parent.output().readNBytes(request.length)).isEqualTo(request);
        writer.get();
        parent.input().close();
        assertThat(parent.output().read()).isEqualTo(-1);
        childSide.get();
    }

    @Test
    void largeRequestGetsALargeAnswerAfterItsEnd() throws Exception {
        byte[] request = random(8 * MIB);
        byte[] answer = random(8 * MIB);
        Future<byte[]> childSide = start(() -> {
            byte[] read = nextRequest();
            child.output().write(answer);
            child.input().read();
            return read;
        });
        start(() -> ask(request));

        assertThat(parent.output().readNBytes(answer.length)).isEqualTo(answer);
        parent.input().close();
        assertThat(childSide.get()).isEqualTo(request);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3})
    void requestsThatFillWholeFramesEndWhereTheyEnd(int frames) throws Exception {
        byte[] request = random(frames * Frame.MAX_PAYLOAD);
        Future<byte[]> arrived = start(() -> {
            byte[] first = nextRequest();
            child.output().write(1);
            assertThat(nextRequest()).containsExactly(2);
            child.output().write(3);
            child.input().read();
            return first;
        });
        start(() -> {
            ask(request);
            return ask(new byte[] {2});
        });

        assertThat(parent.output().readNBytes(2)).containsExactly(1, 3);
        parent.input().close();
        assertThat(arrived.get()).isEqualTo(request);
    }

    @Test
    void flushingWithoutHavingWrittenSendsNothing() throws IOException {
        parent.input().flush();

        assertThat(pipe.available()).isZero();
    }

    @Test
    void whatIsWrittenWaitsForItsFlush() throws IOException {
        parent.input().write(new byte[] {1, 2, 3});
        assertThat(pipe.available()).isZero();

        parent.input().flush();
        assertThat(pipe.available()).isPositive().isEven();
    }

    @Test
    void writerIsHeldUpUntilTheAnswerHasBeenRead() throws Exception {
        start(this::echo);
        ask(new byte[] {1, 2});
        Future<?> second = start(() -> ask(new byte[] {3}));
        InputStream output = parent.output();

        assertThat(output.read()).isEqualTo(1);
        assertThat(second.isDone()).isFalse();
        assertThat(output.read()).isEqualTo(2);
        second.get();
        assertThat(output.read()).isEqualTo(3);
    }

    @Test
    void childLearnsOfTheEndAfterTheLastRequest() throws Exception {
        Future<?> childSide = start(this::echo);
        parent.input().write(new byte[] {1, 2, 3});
        parent.input().close();

        assertThat(parent.output().readAllBytes()).containsExactly(1, 2, 3);
        childSide.get();
    }

    @Test
    void childMayAnswerAtLengthAfterTheEnd() throws Exception {
        byte[] farewell = random(100_000);
        start(() -> {
            assertThat(child.input().read()).isEqualTo(-1);
            child.output().write(farewell);
            child.output().close();
            return null;
        });
        parent.input().close();

        assertThat(parent.output().readAllBytes()).isEqualTo(farewell);
    }

    @Test
    void inputClosedWhileAnAnswerIsDueEndsOnceTheAnswerHasBeenRead() throws Exception {
        Future<?> childSide = start(this::echo);
        ask(new byte[] {1});
        parent.input().close();
        parent.input().close();

        assertThat(parent.output().readAllBytes()).containsExactly(1);
        childSide.get();
    }

    @Test
    void closedInputRefusesMore() throws Exception {
        parent.input().close();

        assertThatThrownBy(() -> parent.input().write(1)).isInstanceOf(IOException.class);
        parent.input().flush();
    }

    @Test
    void closingTheInputFailsAWriterThatWaits() throws Exception {
        ask(new byte[] {1});
        AtomicReference<Thread> writerThread = new AtomicReference<>();
        Future<?> writer = start(() -> {
            writerThread.set(Thread.currentThread());
            return ask(new byte[] {2});
        });
        awaitWaiting(writerThread);

        parent.input().close();

        assertFailsWith(IOException.class, writer);
    }

    @Test
    void answerThatADeadChildLeftBehindIsStillRead() throws Exception {
        start(this::echo);
        ask(new byte[] {1, 2, 3});
        await().until(() -> pipe.available() % 2 == 1);
        childAlive = false;

        assertThat(parent.output().readAllBytes()).containsExactly(1, 2, 3);
    }

    @Test
    void requestThatADeadChildDidNotReadIsNotTakenForItsAnswer() throws Exception {
        ask(new byte[] {1, 2, 3});
        Future<byte[]> reader = start(() -> parent.output().readAllBytes());
        childAlive = false;

        assertThat(reader.get()).isEmpty();
        assertThat(pipe.available()).isPositive();
    }

    @Test
    void outputEndsWhenTheChildDiesWithoutHavingBeenAsked() throws Exception {
        Future<Integer> reader = start(() -> parent.output().read());
        childAlive = false;

        assertThat(reader.get()).isEqualTo(-1);
    }

    @Test
    void outputEndsWhenTheChildDiesInTheMiddleOfAnAnswer() throws Exception {
        byte[] answer = random(300 * Frame.MAX_PAYLOAD);
        CountDownLatch firstPartTaken = new CountDownLatch(1);
        CountDownLatch dead = new CountDownLatch(1);
        Future<?> childSide = start(() -> {
            child.input().read();
            child.output().write(answer);
            return null;
        });
        ask(new byte[] {1});
        Future<byte[]> reader = start(() -> {
            byte[] first = parent.output().readNBytes(Frame.MAX_PAYLOAD);
            firstPartTaken.countDown();
            dead.await();
            assertThat(parent.output().readAllBytes().length).isLessThan(answer.length - first.length);
            return first;
        });
        firstPartTaken.await();
        childAlive = false;
        parentAlive = false;
        dead.countDown();

        assertThat(reader.get()).isEqualTo(Arrays.copyOf(answer, Frame.MAX_PAYLOAD));
        assertThatThrownBy(childSide::get).hasRootCauseInstanceOf(IOException.class);
    }

    @Test
    void writerFailsWhenTheChildDiesWithoutAnswering() throws Exception {
        Future<?> writer = start(() -> ask(new byte[100_000]));
        await().until(() -> pipe.available() > 0);
        childAlive = false;

        assertFailsWith(IOException.class, writer);
        assertThatThrownBy(() -> ask(new byte[] {1})).isInstanceOf(IOException.class);
    }

    @Test
    void childsInputEndsWhenTheParentIsGone() throws Exception {
        Future<Integer> childSide = start(() -> child.input().read());
        parentAlive = false;

        assertThat(childSide.get()).isEqualTo(-1);
    }

    @Test
    void childThatNobodyReadsFailsWhenTheParentIsGone() throws Exception {
        Future<?> childSide = start(() -> {
            child.input().read();
            child.output().write(new byte[100_000]);
            return null;
        });
        ask(new byte[] {1});
        await().until(() -> pipe.available() % 2 == 1);
        parentAlive = false;

        assertFailsWith(IOException.class, childSide);
    }

    @Test
    void childCannotSpeakFirst() {
        assertThatThrownBy(() -> child.output().write(1)).isInstanceOf(IOException.class);
    }

    @Test
    void closeWakesReaderAndWriter() throws Exception {
        ask(new byte[] {1});
        AtomicReference<Thread> readerThread = new AtomicReference<>();
        AtomicReference<Thread> writerThread = new AtomicReference<>();
        Future<Integer> reader = start(() -> {
            readerThread.set(Thread.currentThread());
            return parent.output().read();
        });
        Future<?> writer = start(() -> {
            writerThread.set(Thread.currentThread());
            return ask(new byte[] {2});
        });
        awaitWaiting(readerThread);
        awaitWaiting(writerThread);

        parent.close();
        parent.close();

        assertThat(reader.get(1, TimeUnit.SECONDS)).isEqualTo(-1);
        assertFailsWith(IOException.class, writer);
    }

    @Test
    void closeWakesAReaderWhoWaitsForNoAnswer() throws Exception {
        AtomicReference<Thread> readerThread = new AtomicReference<>();
        Future<Integer> reader = start(() -> {
            readerThread.set(Thread.currentThread());
            return parent.output().read();
        });
        awaitWaiting(readerThread);

        parent.close();

        assertThat(reader.get(1, TimeUnit.SECONDS)).isEqualTo(-1);
    }

    @Test
    void interruptingAWaitingThreadMakesItFail() throws Exception {
        for (Callable<?> waiting : Arrays.<Callable<?>>asList(
                () -> parent.output().read(), () -> child.input().read())) {
            AtomicReference<Thread> thread = new AtomicReference<>();
            Future<?> task = start(() -> {
                thread.set(Thread.currentThread());
                return waiting.call();
            });
            awaitWaiting(thread);
            thread.get().interrupt();

            assertFailsWith(InterruptedIOException.class, task);
        }
    }

    @Test
    void whatSomethingElseWritesToThePipeIsAnErrorNotAnAnswer() throws Exception {
        pipe.writeEnd().write("Exception in thread main".getBytes(StandardCharsets.UTF_8), 0, 23);

        assertThatThrownBy(() -> parent.output().read())
                .isInstanceOf(IOException.class)
                .hasMessageContaining("something else writes to it");
    }

    @Test
    void readsOfAnySizeGetTheSameBytes() throws Exception {
        byte[] request = random(20_000);
        Future<byte[]> arrived = start(() -> {
            byte[] read = new byte[request.length];
            for (int i = 0; i < read.length; i++) {
                read[i] = (byte) child.input().read();
            }
            assertThat(child.requestEnded()).isTrue();
            child.output().write(7);
            child.output().close();
            return read;
        });
        Future<?> writer = start(() -> {
            for (byte b : request) {
                parent.input().write(b);
            }
            parent.input().close();
            return null;
        });

        assertThat(parent.output().readAllBytes()).containsExactly(7);
        writer.get();
        assertThat(arrived.get()).isEqualTo(request);
    }

    private void connect(int capacity) {
        pipe = new SinglePipe(capacity);
        parent = new SharedPipeParent(pipe.readEnd(), pipe.writeEnd(), () -> childAlive);
        child = new SharedPipeChild(pipe.readEnd(), pipe.writeEnd(), () -> parentAlive);
    }

    private Void echo() throws IOException {
        InputStream input = child.input();
        OutputStream output = child.output();
        byte[] buffer = new byte[10_000];
        int count;
        while ((count = input.read(buffer)) >= 0) {
            output.write(buffer, 0, count);
        }
        output.close();
        return null;
    }

    private byte[] nextRequest() throws IOException {
        byte[] request = new byte[8 * MIB];
        int size = 0;
        do {
            size += child.input().read(request, size, request.length - size);
        } while (!child.requestEnded());
        return Arrays.copyOf(request, size);
    }

    private Void ask(byte[] request) throws IOException {
        parent.input().write(request);
        parent.input().flush();
        return null;
    }

    private static byte[] request(int round) {
        return randomSized(2L * round);
    }

    private static byte[] answer(int round) {
        return randomSized(2L * round + 1);
    }

    /** Up to 30 KB, short ones more often than long ones, and some of them empty. */
    private static byte[] randomSized(long seed) {
        Random random = new Random(seed);
        byte[] bytes = new byte[random.nextInt(20) == 0 ? 0 : random.nextInt(1 + random.nextInt(30 * 1024))];
        random.nextBytes(bytes);
        return bytes;
    }

    private static byte[] random(int size) {
        byte[] bytes = new byte[size];
        new Random(size).nextBytes(bytes);
        return bytes;
    }

    @CanIgnoreReturnValue
    private <T> Future<T> start(Callable<T> task) {
        return threads.submit(task);
    }

    private static void awaitWaiting(AtomicReference<Thread> thread) {
        await().until(() -> thread.get() != null && thread.get().getState() == Thread.State.TIMED_WAITING);
    }

    private static void assertFailsWith(Class<? extends IOException> type, Future<?> task) {
        assertThatThrownBy(() -> task.get(5, TimeUnit.SECONDS)).hasCauseInstanceOf(type);
    }
}
