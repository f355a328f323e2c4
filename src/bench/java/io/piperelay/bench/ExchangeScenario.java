package io.piperelay.bench;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.piperelay.bench.load.Dialogue;
import io.piperelay.bench.load.HttpDialogue;
import io.piperelay.bench.load.Load;
import io.piperelay.bench.load.LoadResult;
import io.piperelay.bench.load.WebSocketDialogue;
import io.piperelay.bench.peer.ServletPeer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/** 16 bytes and a line feed through {@code cat} and back, asked for by one client and by many. */
final class ExchangeScenario implements Scenario {

    private static final List<Integer> CONNECTIONS = List.of(1, 32);
    private static final String PIPELINING = " pipelining";
    /** Requests after which a JVM may be warm. */
    private static final int ENOUGH = 40_000;

    /** What is said, and to whom, on a connection of a number. */
    private interface Protocol {

        Dialogue dialogue(InetSocketAddress server, int connection);
    }

    /** @param mostConnections to a server that gives each of them a child of its own, only one would be fair */
    private record Contender(
            String name, List<String> command, Protocol protocol, boolean session, int mostConnections) {

        static Contender http(String name, List<String> command, String target) {
            return new Contender(name, command, post(target), false, Integer.MAX_VALUE);
        }

        static Contender relay(String name, List<String> command) {
            return new Contender(name, command, post("/pipe/exchange"), true, Integer.MAX_VALUE);
        }

        private static Protocol post(String target) {
            return (server, connection) -> new HttpDialogue(server, target, message(connection), message(connection));
        }

        /** Of 16 bytes, another for each connection: a reply that went astray is noticed. */
        private static byte[] message(int connection) {
            return "message no. %04d".formatted(connection).getBytes(US_ASCII);
        }

        static Contender websocketd() {
            var command = List.of(
                    "websocketd", "--loglevel=error", "--address=127.0.0.1", "--port=" + Server.PORT, "/bin/cat");
            return new Contender(
                    "websocketd",
                    command,
                    (server, connection) -> new WebSocketDialogue(server, message(connection)),
                    false,
                    1);
        }
    }

    /** A contender that runs, and what was measured of it with so many connections. */
    private record Running(Contender contender, Server server, Map<Integer, Figures> figures) {

        LoadResult load(int connections, double seconds) throws IOException {
            try (var load = open(connections)) {
                return load.run(nanos(seconds));
            }
        }

        void measure(int connections, double seconds) throws IOException {
            try (var load = open(connections)) {
                load.run(nanos(seconds / 10));
                var before = server.usage();
                var result = load.run(nanos(seconds));
                figures.computeIfAbsent(connections, unused -> new Figures())
                        .add(result, server.usage().since(before));
            }
        }

        private Load open(int connections) throws IOException {
            var address = server.address();
            return Load.open(address, connections, i -> contender.protocol.dialogue(address, i));
        }

        private static Duration nanos(double seconds) {
            return Duration.ofNanos((long) (seconds * 1e9));
        }
    }

    private static final class Figures {

        private final Series perSecond = new Series();
        private final Series p50 = new Series();
        private final Series p99 = new Series();
        private final Series cpu = new Series();
        private final Series switches = new Series();

        void add(LoadResult result, Usage usage) {
            perSecond.add(result.perSecond());
            p50.add(result.percentile(50));
            p99.add(result.percentile(99));
            cpu.add(usage.cpuSeconds() * 1e6 / result.requests());
            switches.add((double) usage.switches() / result.requests());
        }
    }

    @Override
    public void run(Setup setup, Report report) throws IOException, InterruptedException {
        report.heading("Exchange of 16 bytes");
        var running = new ArrayList<Running>();
        try {
            for (var contender : contenders(setup)) {
                start(setup, report, contender, running);
            }
            for (var one : running) {
                warmUp(one, setup.options());
            }
            measure(running, setup.options());
        } finally {
            running.forEach(one -> one.server.close());
        }
        for (int connections : CONNECTIONS) {
            print(running, connections, report);
            compare(running, setup.options().relayName(), connections, report);
            compare(running, setup.options().relayName() + PIPELINING, connections, report);
        }
    }

    private static List<Contender> contenders(Setup setup) throws IOException {
        var contenders = new ArrayList<Contender>();
        for (var relay : setup.options().relays().entrySet()) {
            contenders.add(Contender.relay(relay.getKey(), Setup.relay(relay.getValue())));
            contenders.add(Contender.relay(
                    relay.getKey() + PIPELINING, Setup.relay(relay.getValue(), "--pipe.children.cat.pipelining=true")));
        }
        contenders.add(Contender.http("servlet echo", Setup.peer(ServletPeer.class, Server.PORT, "echo"), "/"));
        contenders.add(Contender.http("MVC echo", setup.spring("--spring.threads.virtual.enabled=true"), "/echo"));
        contenders.add(Contender.http("ProcessBuilder", Setup.peer(ServletPeer.class, Server.PORT, "serial"), "/"));
        contenders.add(Contender.http(
                "ProcessBuilder pipelined", Setup.peer(ServletPeer.class, Server.PORT, "pipelined"), "/"));
        contenders.add(Contender.http("Node", Setup.node("exchange.js", Server.PORT, "serial"), "/"));
        contenders.add(Contender.http("Node pipelined", Setup.node("exchange.js", Server.PORT, "pipelined"), "/"));
        contenders.add(Contender.websocketd());
        contenders.removeIf(contender -> !setup.options().wants(contender.name));
        return contenders;
    }

    private static void start(Setup setup, Report report, Contender contender, List<Running> running)
            throws InterruptedException {
        try {
            var one = new Running(contender, setup.start(contender.command), new TreeMap<>());
            running.add(one);
            if (contender.session) {
                Http.post(one.server.address(), "/pipe", "{\"child\":\"cat\"}");
            }
        } catch (IOException e) {
            report.line("Left out: %s (%s)%n", contender.name, e.getMessage());
        }
    }

    /** Until it becomes no faster: a compiler that is still at work would be measured too. */
    private static void warmUp(Running one, Options options) throws IOException {
        int connections = Math.min(32, one.contender.mostConnections);
        int atMost = options.quick() ? 20 : 60;
        double best = 0;
        int requests = 0;
        int noBetter = 0;
        for (int second = 0; second < atMost && (noBetter < 3 || requests < ENOUGH); second++) {
            var result = one.load(connections, 1);
            requests += result.requests();
            noBetter = result.perSecond() > best * 1.02 ? 0 : noBetter + 1;
            best = Math.max(best, result.perSecond());
        }
        one.load(1, options.quick() ? 0.5 : 2);
    }

    private static void measure(List<Running> running, Options options) throws IOException {
        for (int round = 0; round < options.rounds(); round++) {
            for (int connections : CONNECTIONS) {
                for (var one : running) {
                    if (connections <= one.contender.mostConnections) {
                        one.measure(connections, options.seconds());
                    }
                }
            }
        }
    }

    private static void print(List<Running> running, int connections, Report report) {
        report.line("%n%d connection%s:%n", connections, connections == 1 ? "" : "s");
        report.header("", "requests/s", "spread", "p50, us", "p99, us", "cpu/request, us", "switches/request");
        for (var one : running) {
            var figures = one.figures.get(connections);
            if (figures != null) {
                report.row(List.of(
                        one.contender.name,
                        Report.number(figures.perSecond.median()),
                        "±%.0f %%".formatted(figures.perSecond.spread()),
                        Report.number(figures.p50.median()),
                        Report.number(figures.p99.median()),
                        Report.number(figures.cpu.median()),
                        Report.number(figures.switches.median())));
            }
        }
    }

    private static void compare(List<Running> running, String relay, int connections, Report report) {
        var own =
                running.stream().filter(one -> one.contender.name.equals(relay)).findFirst();
        for (var rival : running) {
            var figures = rival.figures.get(connections);
            if (own.isPresent() && !rival.contender.name.equals(relay) && figures != null) {
                var ownFigures = Objects.requireNonNull(own.get().figures.get(connections));
                report.ratio(
                        "Exchange%s, %d connection%s"
                                .formatted(
                                        relay.endsWith(PIPELINING) ? PIPELINING : "",
                                        connections,
                                        connections == 1 ? "" : "s"),
                        rival.contender.name,
                        ownFigures.perSecond.median() / figures.perSecond.median());
            }
        }
    }
}
