package io.piperelay.startup;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.util.LogbackMDCAdapter;
import ch.qos.logback.core.OutputStreamAppender;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LogEscapingTests {

    private static final String NASTY = "a\r\nforged\u001b[31m\t中文";
    private static final String ESCAPED = "a\\r\\nforged\\u001b[31m\t中文";

    private final LoggerContext logging = new LoggerContext();
    private final ByteArrayOutputStream written = new ByteArrayOutputStream();

    LogEscapingTests() {
        logging.setMDCAdapter(new LogbackMDCAdapter());
        var encoder = new PatternLayoutEncoder();
        encoder.setContext(logging);
        encoder.setCharset(StandardCharsets.UTF_8);
        encoder.setPattern("%level %m%n%wEx");
        encoder.start();
        var appender = new OutputStreamAppender<ILoggingEvent>();
        appender.setContext(logging);
        appender.setEncoder(encoder);
        appender.setOutputStream(written);
        appender.start();
        logging.getLogger(Logger.ROOT_LOGGER_NAME).addAppender(appender);
        LogEscaping.escape(appender);
    }

    private String log() {
        return written.toString(StandardCharsets.UTF_8).replace(System.lineSeparator(), "\n");
    }

    @Test
    void aMessageIsOneLine() {
        logging.getLogger("some.framework").info("{} asked", NASTY);

        assertThat(log()).isEqualTo("INFO " + ESCAPED + " asked\n");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "io.piperelay.startup.StartupMessage",
                "org.springframework.boot.autoconfigure.logging.ConditionEvaluationReportLogger"
            })
    void theServicesOwnAnnouncementsHaveSeveral(String logger) {
        logging.getLogger(logger).info("one\ntwo\u001b");

        assertThat(log()).isEqualTo("INFO one\ntwo\\u001b\n");
    }

    @Test
    void aStackTraceKeepsItsLinesButNotThoseOfItsMessages() {
        var failure = new IllegalStateException(NASTY, new IllegalArgumentException("cause " + NASTY));
        failure.addSuppressed(new IllegalArgumentException("suppressed " + NASTY));

        logging.getLogger("some.framework").error("failed", failure);

        assertThat(log())
                .startsWith("ERROR failed\n")
                .contains("IllegalStateException: " + ESCAPED + "\n\tat io.piperelay.startup.LogEscapingTests")
                .contains("Caused by: java.lang.IllegalArgumentException: cause " + ESCAPED + "\n")
                .contains("Suppressed: java.lang.IllegalArgumentException: suppressed " + ESCAPED + "\n")
                .doesNotContain("\r", "\u001b");
    }
}
