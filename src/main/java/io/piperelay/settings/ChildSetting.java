package io.piperelay.settings;

import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The settings of a child profile. A new one takes a line here, and one in {@link ConfiguredChildren}. */
enum ChildSetting {
    COMMAND("command", Shape.LIST),
    WORKING_DIRECTORY("working-directory", Shape.VALUE),
    ENVIRONMENT("environment", Shape.NAMED_VALUES),
    INHERIT_ENVIRONMENT("inherit-environment", Shape.LIST),
    PIPELINING("pipelining", Shape.VALUE),
    CHARSET("charset", Shape.VALUE),
    FRAMING("framing", Shape.VALUE),
    RESTART("restart", Shape.VALUE),
    RESTART_DELAY("restart-delay", Shape.VALUE),
    RESTART_DELAY_MAX("restart-delay-max", Shape.VALUE),
    RESTART_LIMIT("restart-limit", Shape.VALUE),
    STOP_GRACE("stop-grace", Shape.VALUE),
    STOP_INPUT("stop-input", Shape.VALUE);

    enum Shape {
        VALUE("", "(?!)"),
        LIST("\\[(\\d{1,4})]", "(\\d{1,4})_?"),
        NAMED_VALUES("\\.([^\\[\\]]+)|\\[([^\\[\\]]*)]", "(.+)");

        private final Pattern member;
        private final Pattern memberInVariable;

        Shape(String member, String memberInVariable) {
            this.member = Pattern.compile(member, Pattern.DOTALL);
            this.memberInVariable = Pattern.compile(memberInVariable, Pattern.DOTALL);
        }

        @Nullable String member(String rest) {
            return rest.isEmpty() ? "" : group(member.matcher(rest));
        }

        @Nullable String memberInVariable(String rest) {
            return group(memberInVariable.matcher(rest));
        }

        private static @Nullable String group(Matcher matcher) {
            if (!matcher.matches()) {
                return null;
            }
            for (int group = 1; group <= matcher.groupCount(); group++) {
                if (matcher.group(group) != null) {
                    return matcher.group(group);
                }
            }
            return null;
        }
    }

    private final String text;
    private final Shape shape;

    ChildSetting(String text, Shape shape) {
        this.text = text;
        this.shape = shape;
    }

    /** The name as written in a file. */
    String text() {
        return text;
    }

    Shape shape() {
        return shape;
    }

    /** The forms in an environment variable: Spring drops hyphens, people write them as underscores. */
    List<String> variables() {
        String upper = text.toUpperCase(Locale.ROOT);
        return Stream.of(upper.replace("-", ""), upper.replace('-', '_'))
                .distinct()
                .toList();
    }

    static List<String> texts() {
        return Stream.of(values()).map(ChildSetting::text).toList();
    }
}
