package io.piperelay.bench;

import io.piperelay.bench.peer.Hello;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** From nothing to the first answer: of the service, and of the bundled agent. */
final class StartScenario implements Scenario {

    private static final String BARE = "bare Spring Boot";

    /** What is started anew in each round. */
    private record Starter(
            String name, List<String> command, String target, Series millis, Series cpuMillis, Series rssMib) {

        Starter(String name, List<String> command, String target) {
            this(name, command, target, new Series(), new Series(), new Series());
        }

        void measure(Setup setup) throws IOException, InterruptedException {
            long start = System.nanoTime();
            try (var server = Server.launch(command, setup.options().cores(), setup.folder())) {
                Http.awaitSuccess(server.address(), target);
                millis.add((System.nanoTime() - start) / 1e6);
                cpuMillis.add(server.usage().cpuSeconds() * 1e3);
                rssMib.add(Memory.residentKib(server.handle()) / 1024.0);
            }
        }
    }

    @Override
    public void run(Setup setup, Report report) throws IOException, InterruptedException {
        report.heading("Start to the first 200");
        var starters = starters(setup);
        for (int round = 0; round < setup.options().rounds(); round++) {
            for (var starter : starters) {
                starter.measure(setup);
            }
        }
        report.header("", "ms", "spread", "cpu, ms", "resident, MiB");
        for (var starter : starters) {
            report.row(List.of(
                    starter.name,
                    Report.number(starter.millis.median()),
                    "±%.0f %%".formatted(starter.millis.spread()),
                    Report.number(starter.cpuMillis.median()),
                    Report.number(starter.rssMib.median())));
        }
        compare(starters, setup, report);
        agents(setup, report);
    }

    private static void compare(List<Starter> starters, Setup setup, Report report) {
        for (var java : setup.javas().keySet()) {
            var own = named(starters, setup.options().relayName() + ", " + java);
            var rival = named(starters, BARE + ", " + java);
            if (own.isPresent() && rival.isPresent()) {
                report.ratio(
                        "Start, " + java,
                        BARE,
                        rival.get().millis.median() / own.get().millis.median());
                report.ratio(
                        "Start, cpu, " + java,
                        BARE,
                        rival.get().cpuMillis.median() / own.get().cpuMillis.median());
            }
        }
    }

    private static Optional<Starter> named(List<Starter> starters, String name) {
        return starters.stream().filter(starter -> starter.name.equals(name)).findFirst();
    }

    private static List<Starter> starters(Setup setup) throws IOException {
        var springJar = setup.springJar();
        var starters = new ArrayList<Starter>();
        setup.javas().forEach((label, java) -> {
            setup.options()
                    .relays()
                    .forEach((name, jar) ->
                            starters.add(new Starter(name + ", " + label, Setup.jar(java, jar), "/pipe/children")));
            starters.add(new Starter(BARE + ", " + label, Setup.jar(java, springJar), "/hello"));
        });
        starters.removeIf(starter -> !setup.options().wants(starter.name));
        return starters;
    }

    private static void agents(Setup setup, Report report) throws IOException, InterruptedException {
        report.heading("POST /pipe to the first reply of the agent");
        report.header("", "ms", "spread", "cpu of the child, ms");
        for (var java : setup.javas().entrySet()) {
            for (var relay : setup.options().relays().entrySet()) {
                agent(relay.getKey() + ", " + java.getKey(), java.getValue(), relay.getValue(), setup, report);
            }
            hello("java Hello, " + java.getKey(), java.getValue(), setup, report);
        }
    }

    private static void agent(String name, Path java, Path jar, Setup setup, Report report)
            throws IOException, InterruptedException {
        if (!setup.options().wants(name)) {
            return;
        }
        var child = new Child();
        try (var server = setup.start(Setup.jar(java, jar))) {
            for (int round = -5; round < 4 * setup.options().rounds(); round++) {
                long start = System.nanoTime();
                Http.post(server.address(), "/pipe", "{\"child\":\"agent\"}");
                Http.post(server.address(), "/pipe/exchange", "hello");
                if (round >= 0) {
                    child.add(System.nanoTime() - start, newest(server.handle()));
                }
                Http.delete(server.address(), "/pipe");
            }
        }
        child.print(name, report);
    }

    /** The agent: of the service's children the one that was started last. */
    private static ProcessHandle newest(ProcessHandle server) {
        return server.children()
                .max((one, other) -> Long.compare(one.pid(), other.pid()))
                .orElseThrow();
    }

    private static void hello(String name, Path java, Setup setup, Report report)
            throws IOException, InterruptedException {
        if (!setup.options().wants(name)) {
            return;
        }
        var child = new Child();
        var command = setup.options()
                .cores()
                .pinned(List.of(
                        java.resolve("bin/java").toString(),
                        "-cp",
                        SpringPeerJar.compiledClasses().toString(),
                        Hello.class.getName()));
        for (int round = -5; round < 4 * setup.options().rounds(); round++) {
            long start = System.nanoTime();
            var process = new ProcessBuilder(command)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            process.inputReader().readLine();
            if (round >= 0) {
                child.add(System.nanoTime() - start, process.toHandle());
            }
            process.outputWriter().close();
            process.waitFor();
        }
        child.print(name, report);
    }

    private static final class Child {

        private final Series millis = new Series();
        private final Series cpuMillis = new Series();

        void add(long nanos, ProcessHandle process) throws IOException {
            millis.add(nanos / 1e6);
            cpuMillis.add(Usage.of(process).cpuSeconds() * 1e3);
        }

        void print(String name, Report report) {
            report.row(List.of(
                    name,
                    Report.number(millis.median()),
                    "±%.0f %%".formatted(millis.spread()),
                    Report.number(cpuMillis.median())));
        }
    }
}
