package io.piperelay.bench.inprocess;

import com.zaxxer.nuprocess.NuAbstractProcessHandler;
import com.zaxxer.nuprocess.NuProcess;
import com.zaxxer.nuprocess.NuProcessBuilder;
import io.piperelay.platform.ChildCommand;
import io.piperelay.platform.ChildProcess;
import io.piperelay.platform.Topology;
import io.piperelay.platform.posix.PosixPlatform;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** Some bytes to {@code cat}, and all of them back. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class RoundTrip {

    private static final String CAT = "/bin/cat";

    /** What is sent; not more than a pipe holds, so that one thread can write it all before it reads. */
    @State(Scope.Thread)
    public static class Message {

        @Param({"16", "65536"})
        public int size;

        byte[] bytes = {};

        @Setup
        public void fill() {
            bytes = new byte[size];
        }
    }

    /** The service's own. */
    @State(Scope.Thread)
    public static class PlatformLayer {

        private final PosixPlatform platform = new PosixPlatform();
        private final ChildProcess child = unchecked(
                () -> platform.createPipes(Topology.DUPLEX, 0).launch(new ChildCommand(List.of(CAT), null, Map.of())));

        @TearDown
        public void end() {
            child.close();
            platform.close();
        }
    }

    /** The JDK's. */
    @State(Scope.Thread)
    public static class Jdk {

        private final Process child = unchecked(() -> new ProcessBuilder(CAT).start());

        @TearDown
        public void end() {
            child.destroy();
        }
    }

    /** NuProcess, whose own thread hands out what has arrived. */
    @State(Scope.Thread)
    public static class Nu {

        private final Semaphore arrived = new Semaphore(0);
        private final byte[] copy = new byte[NuProcess.BUFFER_CAPACITY];
        private final NuProcess child = new NuProcessBuilder(
                        new NuAbstractProcessHandler() {
                            @Override
                            public void onStdout(ByteBuffer buffer, boolean closed) {
                                int length = buffer.remaining();
                                buffer.get(copy, 0, length);
                                arrived.release(length);
                            }
                        },
                        CAT)
                .start();

        @TearDown
        public void end() {
            child.destroy(true);
        }
    }

    @Benchmark
    public void platformLayer(Message message, PlatformLayer platform) throws IOException {
        roundTrip(platform.child.input(), platform.child.output(), message.bytes);
    }

    @Benchmark
    public void processBuilder(Message message, Jdk jdk) throws IOException {
        roundTrip(jdk.child.getOutputStream(), jdk.child.getInputStream(), message.bytes);
    }

    @Benchmark
    public void nuProcess(Message message, Nu nu) throws InterruptedException {
        nu.child.writeStdin(ByteBuffer.wrap(message.bytes));
        nu.arrived.acquire(message.size);
    }

    /** JMH makes its states without catching anything. */
    private static <T> T unchecked(Callable<T> launch) {
        try {
            return launch.call();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private static void roundTrip(OutputStream input, InputStream output, byte[] message) throws IOException {
        input.write(message);
        input.flush();
        if (output.readNBytes(message, 0, message.length) < message.length) {
            throw new EOFException("the child has ended");
        }
    }
}
