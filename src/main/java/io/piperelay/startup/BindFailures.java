package io.piperelay.startup;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;
import org.springframework.boot.context.properties.bind.BindException;
import org.springframework.boot.context.properties.source.ConfigurationProperty;
import org.springframework.core.convert.ConversionException;

/** Explains which setting could not be converted, and why, without naming the classes involved. */
final class BindFailures {

    private static final int LONGEST_VALUE = 100;

    private BindFailures() {}

    static String explanation(BindException failure) {
        if (Failures.find(ConversionException.class, failure) == null) {
            return failure.getName() + ": " + Failures.reason(failure) + ".";
        }
        ConfigurationProperty property = failure.getProperty();
        Object value = property == null ? "" : property.getValue();
        Class<?> type = failure.getTarget().getType().resolve(Object.class);
        String reason = type.isEnum() ? "it is one of " + constants(type) : "it is " + wanted(type);
        return failure.getName() + " can't be '" + shortened(value.toString()) + "': " + reason + ".";
    }

    private static String constants(Class<?> type) {
        return Arrays.stream(type.getEnumConstants())
                .map(constant ->
                        ((Enum<?>) constant).name().toLowerCase(Locale.ROOT).replace('_', '-'))
                .collect(Collectors.joining(", "));
    }

    private static String wanted(Class<?> type) {
        return switch (type.getSimpleName()) {
            case "Duration" -> "a duration such as 500ms, 5s or 1m";
            case "DataSize" -> "a size such as 4096B, 64KB or 1MB";
            case "int", "Integer", "long", "Long" -> "a whole number";
            case "boolean", "Boolean" -> "either true or false";
            case "InetAddress" -> "an address of this machine, or its name";
            case "Path", "File" -> "a file";
            default -> type.isRecord() ? "a group of settings and has no value itself" : "something else";
        };
    }

    private static String shortened(String value) {
        return value.length() <= LONGEST_VALUE ? value : value.substring(0, LONGEST_VALUE) + "...";
    }
}
