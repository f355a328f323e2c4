package io.piperelay.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Runs the scenarios that the command line names, and prints what they measured. */
public final class Benchmarks {

    private Benchmarks() {}

    private static Map<String, Scenario> scenarios() {
        var scenarios = new LinkedHashMap<String, Scenario>();
        scenarios.put("exchange", new ExchangeScenario());
        scenarios.put("stream", new StreamScenario());
        scenarios.put("inprocess", new InProcessScenario());
        scenarios.put("start", new StartScenario());
        scenarios.put("waiting", new WaitingScenario());
        return scenarios;
    }

    public static void main(String[] arguments) throws IOException, InterruptedException {
        if (List.of(arguments).contains("--help")) {
            System.out.println(Options.USAGE);
            return;
        }
        Options options;
        try {
            options = Options.parse(arguments);
            expectKnown(options.scenarios());
        } catch (IllegalArgumentException e) {
            System.err.println(e.getMessage() + "\n\n" + Options.USAGE);
            System.exit(2);
            return;
        }
        System.exit(run(options) ? 0 : 1);
    }

    private static void expectKnown(List<String> names) {
        for (var name : names) {
            if (!scenarios().containsKey(name)) {
                throw new IllegalArgumentException("there is no scenario " + name);
            }
        }
    }

    /** Returns whether no ratio is worse than it should be. */
    private static boolean run(Options options) throws IOException, InterruptedException {
        options.cores().pinThisProcess();
        var setup = new Setup(options, Files.createTempDirectory("bench"));
        var report = new Report(System.out);
        report.line("%s", machine(options));
        for (var scenario : chosen(options.scenarios()).values()) {
            scenario.run(setup, report);
        }
        report.printRatios();
        return options.check() == null || new ExpectedRatios(options.check()).check(report);
    }

    private static Map<String, Scenario> chosen(List<String> names) {
        var chosen = scenarios();
        if (!names.isEmpty()) {
            chosen.keySet().retainAll(names);
        }
        return chosen;
    }

    private static String machine(Options options) throws IOException {
        var processor = Files.readAllLines(Path.of("/proc/cpuinfo")).stream()
                .filter(line -> line.startsWith("model name"))
                .map(line -> line.substring(line.indexOf(':') + 2))
                .findFirst()
                .orElse("unknown processor");
        return "%s, Linux %s, JDK %s; contenders on processors %s, load on %s"
                .formatted(
                        processor,
                        System.getProperty("os.version"),
                        Runtime.version(),
                        options.cores().servers(),
                        options.cores().load());
    }
}
