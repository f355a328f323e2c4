package io.piperelay.bench;

import io.piperelay.bench.load.Transfer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Many bytes up through {@code cat} and down at once. */
final class StreamScenario implements Scenario {

    private static final long MIB = 1 << 20;
    private static final String LIMIT = "cat \\| cat";

    /** Passes so many bytes up and down. */
    private interface Way {

        void transfer(long bytes) throws IOException;
    }

    /** A server, or whatever else copies bytes, while it runs. */
    private record Running(
            String name, ProcessHandle process, Way way, Runnable end, Series mibPerSecond, Series cpuPerGib) {

        Running(String name, ProcessHandle process, Way way, Runnable end) {
            this(name, process, way, end, new Series(), new Series());
        }

        void measure(long bytes) throws IOException {
            var before = Usage.of(process);
            long start = System.nanoTime();
            way.transfer(bytes);
            double seconds = (System.nanoTime() - start) / 1e9;
            mibPerSecond.add(bytes / (double) MIB / seconds);
            cpuPerGib.add(Usage.of(process).since(before).cpuSeconds() * 1024 * MIB / bytes);
        }
    }

    @Override
    public void run(Setup setup, Report report) throws IOException, InterruptedException {
        long bytes = (setup.options().quick() ? 256 : 1024) * MIB;
        report.heading("%d MiB up and down at once".formatted(bytes / MIB));
        var running = new ArrayList<Running>();
        try {
            startAll(setup, report, running);
            measure(running, bytes, setup.options());
        } finally {
            running.forEach(one -> one.end.run());
        }
        print(running, report);
        compare(running, setup.options().relayName(), report);
    }

    private static void startAll(Setup setup, Report report, List<Running> running) throws InterruptedException {
        for (var relay : setup.options().relays().entrySet()) {
            start(setup, report, running, relay.getKey(), () -> relay(setup, relay.getKey(), relay.getValue()));
        }
        start(setup, report, running, "Node", () -> node(setup));
        start(setup, report, running, "websocketd", () -> websocketd(setup));
        start(setup, report, running, LIMIT, () -> limit(setup));
    }

    private interface Start {

        Running start() throws IOException, InterruptedException;
    }

    private static void start(Setup setup, Report report, List<Running> running, String name, Start start)
            throws InterruptedException {
        if (!setup.options().wants(name)) {
            return;
        }
        try {
            running.add(start.start());
        } catch (IOException e) {
            report.line("Left out: %s (%s)%n", name, e.getMessage());
        }
    }

    private static Running relay(Setup setup, String label, Path jar) throws IOException, InterruptedException {
        var server = setup.start(Setup.relay(jar));
        Http.post(server.address(), "/pipe", "{\"child\":\"cat\"}");
        return overHttp(label, server, "/pipe/write", "/pipe/stream");
    }

    private static Running node(Setup setup) throws IOException, InterruptedException {
        return overHttp("Node", setup.start(Setup.node("stream.js", Server.PORT)), "/write", "/stream");
    }

    private static Running overHttp(String name, Server server, String up, String down) {
        InetSocketAddress address = server.address();
        return new Running(name, server.handle(), bytes -> Transfer.overHttp(address, up, down, bytes), server::close);
    }

    private static Running websocketd(Setup setup) throws IOException, InterruptedException {
        var server = setup.start(List.of(
                "websocketd",
                "--loglevel=error",
                "--binary",
                "--address=127.0.0.1",
                "--port=" + Server.PORT,
                "/bin/cat"));
        var channel =
                Transfer.openWebSocket(server.address()); // One for all rounds, because each has a child of its own.
        return new Running(
                "websocketd", server.handle(), bytes -> Transfer.overWebSocket(channel, bytes), server::close);
    }

    private static Running limit(Setup setup) throws IOException {
        var pipeline = setup.options().cores().pinned(List.of("/bin/sh", "-c", "/bin/cat | /bin/cat"));
        var process = new ProcessBuilder(pipeline).start();
        Way way = bytes -> Transfer.overPipes(process.getOutputStream(), process.getInputStream(), bytes);
        return new Running(LIMIT, process.toHandle(), way, () -> {
            process.descendants().forEach(ProcessHandle::destroy);
            process.destroy();
        });
    }

    private static void measure(List<Running> running, long bytes, Options options) throws IOException {
        for (var one : running) {
            one.way.transfer(bytes); // Warms it up.
            one.way.transfer(bytes);
        }
        for (int round = 0; round < options.rounds(); round++) {
            for (var one : running) {
                one.measure(bytes);
            }
        }
    }

    private static void print(List<Running> running, Report report) {
        report.header("", "MiB/s", "spread", "cpu s/GiB");
        for (var one : running) {
            report.row(List.of(
                    one.name,
                    Report.number(one.mibPerSecond.median()),
                    "±%.0f %%".formatted(one.mibPerSecond.spread()),
                    Report.number(one.cpuPerGib.median())));
        }
    }

    private static void compare(List<Running> running, String relay, Report report) {
        var own = running.stream().filter(one -> one.name.equals(relay)).findFirst();
        for (var rival : running) {
            if (own.isPresent() && !rival.name.equals(relay)) {
                report.ratio(
                        "Stream, MiB/s", rival.name, own.get().mibPerSecond.median() / rival.mibPerSecond.median());
                report.ratio(
                        "Stream, GiB/cpu s",
                        rival.name,
                        rival.cpuPerGib.median() / own.get().cpuPerGib.median());
            }
        }
    }
}
