package io.piperelay.startup;

import java.io.FileNotFoundException;
import java.net.BindException;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.boot.SpringBootExceptionReporter;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.diagnostics.FailureAnalyzer;
import org.springframework.context.ApplicationContextException;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.core.convert.ConversionFailedException;
import org.springframework.core.env.EnumerablePropertySource;
import org.springframework.core.env.Environment;
import org.springframework.core.io.support.SpringFactoriesLoader;
import org.springframework.core.io.support.SpringFactoriesLoader.ArgumentResolver;

/**
 * Says in one line why the service does not start, whatever the reason. Spring Boot would take ten lines if it knows the
 * reason, and a hundred if it does not. {@code --debug} shows where it happened.
 */
@Order(Ordered.HIGHEST_PRECEDENCE)
final class FailedStart implements SpringBootExceptionReporter {

    private static final Logger log = LoggerFactory.getLogger(FailedStart.class);

    private static final int LONGEST_LINE = 1000;

    /** A message as short as this may be meaningless without the exception's type. */
    private static final int SHORT = 40;

    private final @Nullable ConfigurableApplicationContext context;

    /** @param context null if the start has not got that far */
    FailedStart(@Nullable ConfigurableApplicationContext context) {
        this.context = context;
    }

    @Override
    public boolean reportException(Throwable failure) {
        log.error("pipe-relay does not start. {}", line(explanation(failure)));
        if (context != null && context.getEnvironment().containsProperty("debug")) {
            log.error("It happened here:", failure);
        }
        return true;
    }

    private String explanation(Throwable failure) {
        StartException known = Failures.find(StartException.class, failure);
        if (known != null) {
            return String.valueOf(known.getMessage());
        }
        var binding = Failures.find(org.springframework.boot.context.properties.bind.BindException.class, failure);
        if (binding != null) {
            return BindFailures.explanation(binding);
        }
        FailureAnalysis analysis = analysis(failure);
        if (analysis != null) {
            return Stream.of(analysis.getDescription(), analysis.getAction())
                    .filter(text -> text != null && !text.isBlank())
                    .map(FailedStart::sentence)
                    .collect(Collectors.joining(" "));
        }
        return unforeseen(failure);
    }

    /** Names the setting that an unforeseen failure comes from, if that can be told. */
    private String unforeseen(Throwable failure) {
        Throwable root = Failures.root(failure);
        String reason = Failures.reason(failure);
        String from = unconverted(failure);
        if (root instanceof BindException) {
            from = "The service can't listen at its address (server.address=" + setting("server.address") + "): ";
        } else if (Failures.find(ApplicationContextException.class, failure) != null && isSet("server.ssl")) {
            from = "TLS can't be set up as configured (server.ssl): ";
        } else if (isTemporary(root)) {
            return String.valueOf(TemporaryFolder.unusable(root).getMessage());
        }
        if (root instanceof FileNotFoundException) {
            reason = "can't read " + reason;
        } else if (from.isEmpty() || reason.length() < SHORT) {
            reason += " (" + root.getClass().getSimpleName() + ")";
        }
        return sentence(from + reason) + " --debug shows where it happened.";
    }

    /** Finds the setting that has the wrong value; the failure itself knows only the value. */
    private String unconverted(Throwable failure) {
        ConversionFailedException conversion = Failures.find(ConversionFailedException.class, failure);
        if (conversion == null || context == null) {
            return "";
        }
        return context.getEnvironment().getPropertySources().stream()
                .filter(EnumerablePropertySource.class::isInstance)
                .flatMap(source -> Stream.of(((EnumerablePropertySource<?>) source).getPropertyNames())
                        .filter(name ->
                                String.valueOf(source.getProperty(name)).equals(String.valueOf(conversion.getValue()))))
                .map(name -> name + ": ")
                .findFirst()
                .orElse("");
    }

    private String setting(String name) {
        return context == null ? "" : context.getEnvironment().getProperty(name, "");
    }

    private boolean isSet(String group) {
        return context != null
                && Binder.get(context.getEnvironment())
                        .bind(group, Bindable.mapOf(String.class, Object.class))
                        .isBound();
    }

    private static boolean isTemporary(Throwable failure) {
        return failure instanceof FileSystemException file
                && file.getFile() != null
                && Path.of(file.getFile()).startsWith(TemporaryFolder.path());
    }

    private @Nullable FailureAnalysis analysis(Throwable failure) {
        for (FailureAnalyzer analyzer : analyzers()) {
            try {
                FailureAnalysis analysis = analyzer.analyze(failure);
                if (analysis != null) {
                    return analysis;
                }
            } catch (RuntimeException e) {
                log.debug("{} failed", analyzer.getClass(), e);
            }
        }
        return null;
    }

    private List<FailureAnalyzer> analyzers() {
        ArgumentResolver arguments = context == null
                ? ArgumentResolver.none()
                : ArgumentResolver.of(BeanFactory.class, context.getBeanFactory())
                        .and(Environment.class, context.getEnvironment());
        return SpringFactoriesLoader.forDefaultResourceLocation(getClass().getClassLoader())
                .load(FailureAnalyzer.class, arguments, (type, name, e) -> {});
    }

    private static String sentence(String text) {
        String stripped = text.strip();
        return stripped.endsWith(".") ? stripped : stripped + ".";
    }

    /** The text may come from a file, and the log may not escape it yet. */
    private static String line(String text) {
        String line = text.strip().replaceAll("\\s+", " ").replaceAll("[\\p{Cc}\\p{Cf}\\p{Zl}\\p{Zp}]", "?");
        return line.length() <= LONGEST_LINE ? line : line.substring(0, LONGEST_LINE) + "...";
    }
}
