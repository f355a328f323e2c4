package io.piperelay.bench;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.piperelay.bench.load.HttpDialogue;
import io.piperelay.bench.load.Load;
import io.piperelay.bench.load.LoadResult;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Many requests that wait for something to happen: what each of them costs, and how long a write takes meanwhile. */
final class WaitingScenario implements Scenario {

    private static final String HEAP = "-Xmx1g";
    private static final String READ = " read";
    private static final String EVENTS = " events";
    private static final String RIVAL = "Spring long poll";

    /** Reads everything and says nothing, but keeps its stdout. */
    private static final String SINK = "cat > /dev/null; exit";

    /** What waits, and what writes meanwhile. */
    private record Contender(String name, List<String> command, String waiting, String writing, boolean session) {}

    @Override
    public void run(Setup setup, Report report) throws IOException, InterruptedException {
        int count = setup.options().quick() ? 200 : 1500;
        report.heading("%d waiting requests".formatted(count));
        report.header(
                "",
                "heap each, KiB",
                "resident each, KiB",
                "a write p50, us",
                "p99, us",
                "p50 without them, us",
                "p99, us");
        var heap = new LinkedHashMap<String, Double>();
        for (var contender : contenders(setup)) {
            if (setup.options().wants(contender.name)) {
                heap.put(contender.name, measure(contender, count, setup, report));
            }
        }
        var relay = setup.options().relayName();
        compare("Heap of a waiting read", heap.get(relay + READ), heap.get(RIVAL), report);
        compare("Heap of an observer", heap.get(relay + EVENTS), heap.get(RIVAL), report);
    }

    private static void compare(String figure, @Nullable Double own, @Nullable Double rival, Report report) {
        if (own != null && rival != null) {
            report.ratio(figure, RIVAL, rival / own);
        }
    }

    private static List<Contender> contenders(Setup setup) throws IOException {
        var contenders = new ArrayList<Contender>();
        setup.options().relays().forEach((label, jar) -> {
            var command = Setup.withJvmArguments(
                    Setup.relay(
                            jar,
                            "--pipe.children.sink.command[0]=/bin/sh",
                            "--pipe.children.sink.command[1]=-c",
                            "--pipe.children.sink.command[2]=" + SINK,
                            "--pipe.limits.connections=4000",
                            "--pipe.limits.waiting-readers=2000",
                            "--pipe.limits.observers=2000"),
                    HEAP);
            contenders.add(new Contender(label + READ, command, "/pipe/read?timeout=60s", "/pipe/write", true));
            contenders.add(new Contender(label + EVENTS, command, "/pipe/events", "/pipe/write", true));
        });
        contenders.add(new Contender(RIVAL, Setup.withJvmArguments(setup.spring(), HEAP), "/poll", "/echo", false));
        return contenders;
    }

    /** Returns the heap of each that waits, in KiB. */
    private static double measure(Contender contender, int count, Setup setup, Report report)
            throws IOException, InterruptedException {
        try (var server = setup.start(contender.command)) {
            if (contender.session) {
                Http.post(server.address(), "/pipe", "{\"child\":\"sink\"}");
            }
            warmUp(contender, server, setup.options());
            var alone = write(contender, server, setup.options().seconds());
            var before = settled(server.handle());
            try (var waiting = Waiting.open(server.address(), contender.waiting, count)) {
                var with = settled(server.handle());
                double heap = (with.heapBytes() - before.heapBytes()) / 1024.0 / count;
                var meanwhile = write(contender, server, setup.options().seconds());
                waiting.expectAll(server.address());
                report.row(List.of(
                        contender.name,
                        Report.number(heap),
                        Report.number((double) (with.residentKib() - before.residentKib()) / count),
                        Report.number(meanwhile.percentile(50)),
                        Report.number(meanwhile.percentile(99)),
                        Report.number(alone.percentile(50)),
                        Report.number(alone.percentile(99))));
                return heap;
            }
        }
    }

    /** Also the way that waiting requests take, whose classes would otherwise be counted with them. */
    private static void warmUp(Contender contender, Server server, Options options)
            throws IOException, InterruptedException {
        write(contender, server, options.quick() ? 3 : 10);
        try (var some = Waiting.open(server.address(), contender.waiting, 20)) {
            settled(server.handle());
            some.expectAll(server.address());
        }
    }

    private static LoadResult write(Contender contender, Server server, double seconds) throws IOException {
        var message = "message".getBytes(US_ASCII);
        try (var load = Load.open(
                server.address(),
                1,
                unused -> new HttpDialogue(server.address(), contender.writing, message, new byte[0]))) {
            return load.run(Duration.ofMillis((long) (seconds * 1000)));
        }
    }

    /** Measures until what the heap holds changes no more: then all requests have arrived where they wait. */
    private static Memory settled(ProcessHandle java) throws IOException, InterruptedException {
        var last = Memory.of(java);
        while (true) {
            Thread.sleep(300);
            var next = Memory.of(java);
            if (Math.abs(next.heapBytes() - last.heapBytes()) < last.heapBytes() / 200) {
                return next;
            }
            last = next;
        }
    }

    /** Requests without an answer. */
    private record Waiting(List<SocketChannel> channels) implements AutoCloseable {

        static Waiting open(InetSocketAddress server, String target, int count) throws IOException {
            var waiting = new Waiting(new ArrayList<>());
            var request =
                    ByteBuffer.wrap(("GET " + target + " HTTP/1.1\r\nHost: 127.0.0.1:" + server.getPort() + "\r\n\r\n")
                            .getBytes(US_ASCII));
            for (int i = 0; i < count; i++) {
                var channel = SocketChannel.open(server);
                waiting.channels.add(channel);
                channel.write(request.rewind());
            }
            return waiting;
        }

        /** @throws IOException if a server has refused one of them */
        void expectAll(InetSocketAddress server) throws IOException {
            var answer = ByteBuffer.allocate(1024);
            for (var channel : channels) {
                channel.configureBlocking(false);
                int read = channel.read(answer.clear());
                if (read < 0 || (read > 12 && answer.get(9) != '2')) {
                    throw new IOException(
                            "refused by " + server + ": " + new String(answer.array(), 0, Math.max(read, 0), US_ASCII));
                }
            }
        }

        @Override
        public void close() throws IOException {
            for (var channel : channels) {
                channel.close();
            }
        }
    }
}
