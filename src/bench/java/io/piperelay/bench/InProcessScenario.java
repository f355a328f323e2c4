package io.piperelay.bench;

import io.piperelay.bench.inprocess.RoundTrip;
import java.io.IOException;
import java.util.List;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/** {@link RoundTrip}, measured by JMH. */
final class InProcessScenario implements Scenario {

    private static final String OWN = "platformLayer";

    @Override
    public void run(Setup setup, Report report) throws IOException {
        report.heading("In-process: to cat and back");
        report.header("", "bytes", "us", "error");
        var results = measure(setup.options());
        for (var result : results) {
            var score = result.getPrimaryResult();
            report.row(List.of(
                    score.getLabel(),
                    size(result),
                    Report.number(score.getScore()),
                    "±" + Report.number(score.getScoreError())));
        }
        for (var rival : results) {
            compare(rival, results, report);
        }
    }

    private static List<RunResult> measure(Options options) throws IOException {
        var jmh = new OptionsBuilder()
                .include(RoundTrip.class.getSimpleName())
                .jvmArgsAppend("--enable-native-access=ALL-UNNAMED")
                .forks(options.quick() ? 1 : options.rounds())
                .warmupIterations(3)
                .measurementIterations(options.quick() ? 3 : 5)
                .warmupTime(TimeValue.seconds(1))
                .measurementTime(TimeValue.seconds(1))
                .verbosity(VerboseMode.SILENT)
                .build();
        try {
            return List.copyOf(new Runner(jmh).run());
        } catch (RunnerException e) {
            throw new IOException(e);
        }
    }

    private static String size(RunResult result) {
        return result.getParams().getParam("size");
    }

    private static void compare(RunResult rival, List<RunResult> results, Report report) {
        var name = rival.getPrimaryResult().getLabel();
        results.stream()
                .filter(own -> own.getPrimaryResult().getLabel().equals(OWN)
                        && size(own).equals(size(rival)))
                .filter(own -> own != rival)
                .forEach(own -> report.ratio(
                        "In-process, " + size(rival) + " bytes",
                        name,
                        rival.getPrimaryResult().getScore()
                                / own.getPrimaryResult().getScore()));
    }
}
