package io.piperelay.startup;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.PatternLayout;
import ch.qos.logback.classic.pattern.MessageConverter;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.classic.spi.StackTraceElementProxy;
import ch.qos.logback.core.Appender;
import ch.qos.logback.core.OutputStreamAppender;
import ch.qos.logback.core.encoder.LayoutWrappingEncoder;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;
import org.springframework.boot.context.event.ApplicationEnvironmentPreparedEvent;
import org.springframework.boot.context.logging.LoggingApplicationListener;
import org.springframework.boot.logging.logback.ExtendedWhitespaceThrowableProxyConverter;
import org.springframework.context.ApplicationListener;
import org.springframework.core.Ordered;

/**
 * Escapes control characters in log messages, so that no client can forge log lines or send control sequences to a
 * terminal. The line breaks of stack traces remain, and those of messages that are meant to have several lines.
 *
 * <p>Installed as soon as Spring Boot has configured logging, which is otherwise left as it is.
 */
final class LogEscaping implements ApplicationListener<ApplicationEnvironmentPreparedEvent>, Ordered {

    /** Loggers whose messages have several lines and contain nothing that a client sent. */
    private static final List<String> SEVERAL_LINES =
            List.of(StartupMessage.class.getName(), "org.springframework.boot.autoconfigure.logging.");

    @Override
    public int getOrder() {
        return LoggingApplicationListener.DEFAULT_ORDER + 1;
    }

    @Override
    public void onApplicationEvent(ApplicationEnvironmentPreparedEvent event) {
        if (LoggerFactory.getILoggerFactory() instanceof LoggerContext logging) {
            logging.getLogger(Logger.ROOT_LOGGER_NAME).iteratorForAppenders().forEachRemaining(LogEscaping::escape);
        }
    }

    static void escape(Appender<ILoggingEvent> appender) {
        if (appender instanceof OutputStreamAppender<ILoggingEvent> output
                && output.getEncoder() instanceof LayoutWrappingEncoder<ILoggingEvent> encoder
                && encoder.getLayout() instanceof PatternLayout layout) {
            Stream.of("m", "msg", "message")
                    .forEach(word -> layout.getInstanceConverterMap().put(word, EscapedMessage::new));
            Stream.of("wEx", "wex")
                    .forEach(word -> layout.getInstanceConverterMap().put(word, EscapedStackTrace::new));
            layout.start(); // Recompiles its pattern.
        }
    }

    private static @Nullable String escaped(@Nullable String text, boolean severalLines) {
        if (text == null || text.codePoints().noneMatch(LogEscaping::isControl)) {
            return text;
        }
        StringBuilder escaped = new StringBuilder();
        text.codePoints().forEach(character -> {
            if (!isControl(character) || (severalLines && (character == '\n' || character == '\r'))) {
                escaped.appendCodePoint(character);
            } else if (character == '\n') {
                escaped.append("\\n");
            } else if (character == '\r') {
                escaped.append("\\r");
            } else {
                escaped.append(String.format("\\u%04x", character));
            }
        });
        return escaped.toString();
    }

    /** Includes Unicode's line separators and its controls of the writing direction. */
    private static boolean isControl(int character) {
        return switch (Character.getType(character)) {
            case Character.CONTROL -> character != '\t';
            case Character.FORMAT, Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR -> true;
            default -> false;
        };
    }

    private static final class EscapedMessage extends MessageConverter {

        @Override
        public @Nullable String convert(ILoggingEvent event) {
            String logger = event.getLoggerName();
            return escaped(event.getFormattedMessage(), SEVERAL_LINES.stream().anyMatch(logger::startsWith));
        }
    }

    private static final class EscapedStackTrace extends ExtendedWhitespaceThrowableProxyConverter {

        @Override
        protected String throwableProxyToString(IThrowableProxy throwable) {
            return super.throwableProxyToString(new EscapedThrowable(throwable));
        }
    }

    /** The same throwable with escaped messages. */
    private record EscapedThrowable(IThrowableProxy original) implements IThrowableProxy {

        private static @Nullable IThrowableProxy of(@Nullable IThrowableProxy original) {
            return original == null ? null : new EscapedThrowable(original);
        }

        @Override
        public @Nullable String getMessage() {
            return escaped(original.getMessage(), false);
        }

        @Override
        public @Nullable String getOverridingMessage() {
            return escaped(original.getOverridingMessage(), false);
        }

        @Override
        public String getClassName() {
            return original.getClassName();
        }

        @Override
        public StackTraceElementProxy[] getStackTraceElementProxyArray() {
            return original.getStackTraceElementProxyArray();
        }

        @Override
        public int getCommonFrames() {
            return original.getCommonFrames();
        }

        @Override
        public @Nullable IThrowableProxy getCause() {
            return of(original.getCause());
        }

        @Override
        public IThrowableProxy[] getSuppressed() {
            return Stream.of(original.getSuppressed())
                    .map(EscapedThrowable::new)
                    .toArray(IThrowableProxy[]::new);
        }

        @Override
        public boolean isCyclic() {
            return original.isCyclic();
        }
    }
}
