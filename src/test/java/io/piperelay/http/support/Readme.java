package io.piperelay.http.support;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** README.md's blocks of text that its readers copy. */
public final class Readme {

    private static final Path FILE = Path.of("README.md");

    private Readme() {}

    /** A command, and the output that is shown for it, which may be empty. */
    public record Example(String command, String output) {

        private static final Pattern VARYING = Pattern.compile("…|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"
                + "|\\d{4}-\\d\\d-\\d\\dT[\\d:.]+Z|\"0x[0-9a-f]+\"|(?<=\"pid\":)\\d+");

        /** Whether a command's output is what is shown, but for white space and for what differs each time. */
        public boolean agreesWith(String actual) {
            return output.isEmpty()
                    ? !actual.contains("/problems/")
                    : matcher(actual).matches();
        }

        /** Whether it begins so: for commands that do not end by themselves. */
        public boolean begins(String actual) {
            return matcher(actual).lookingAt();
        }

        private Matcher matcher(String actual) {
            String pattern = Stream.of(VARYING.split(withoutSpace(output), -1))
                    .map(Pattern::quote)
                    .reduce((before, after) -> before + ".*" + after)
                    .orElseThrow();
            return Pattern.compile(pattern, Pattern.DOTALL).matcher(withoutSpace(actual));
        }

        private static String withoutSpace(String text) {
            return text.replaceAll("\\s", "");
        }
    }

    /** The contents of the blocks of one language, in their order. */
    public static List<String> blocks(String language) {
        Matcher block = Pattern.compile("^```" + language + "\\n(.*?)^```$", Pattern.MULTILINE | Pattern.DOTALL)
                .matcher(text());
        return block.results().map(found -> found.group(1)).toList();
    }

    /** The commands of a block: each begins behind a prompt, and goes on until its quotes are closed. */
    public static List<Example> examples(String block, String prompt) {
        List<Example> examples = new ArrayList<>();
        for (String example : block.split("(?m)^" + Pattern.quote(prompt), -1)) {
            if (!example.isEmpty()) {
                examples.add(example(example.lines().toList()));
            }
        }
        return examples;
    }

    private static Example example(List<String> lines) {
        int length = 1;
        while (hasOpenQuote(String.join("\n", lines.subList(0, length)))) {
            length++;
        }
        return new Example(
                String.join("\n", lines.subList(0, length)), String.join("\n", lines.subList(length, lines.size())));
    }

    private static boolean hasOpenQuote(String command) {
        return command.chars().filter(character -> character == '\'').count() % 2 == 1;
    }

    public static String text() {
        try {
            return Files.readString(FILE).replace("\r\n", "\n");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
