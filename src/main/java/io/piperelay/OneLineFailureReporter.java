package io.piperelay;

import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.diagnostics.FailureAnalysisReporter;

/** Says in one line why the service does not start, and what to do about it. Spring Boot's own would say it in ten. */
final class OneLineFailureReporter implements FailureAnalysisReporter {

    private static final Logger log = LoggerFactory.getLogger(OneLineFailureReporter.class);

    @Override
    public void report(FailureAnalysis analysis) {
        log.error(
                "pipe-relay does not start. {}",
                Stream.of(analysis.getDescription(), analysis.getAction())
                        .filter(text -> text != null && !text.isBlank())
                        .map(OneLineFailureReporter::sentence)
                        .collect(Collectors.joining(" ")));
    }

    private static String sentence(String text) {
        String line = text.strip().replaceAll("\\s+", " ");
        return line.endsWith(".") ? line : line + ".";
    }
}
