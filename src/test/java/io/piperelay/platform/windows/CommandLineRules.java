package io.piperelay.platform.windows;

import java.util.ArrayList;
import java.util.List;

/**
 * How Windows parses a command line, after <a
 * href="https://learn.microsoft.com/windows/win32/api/shellapi/nf-shellapi-commandlinetoargvw">CommandLineToArgvW</a>: an
 * oracle for systems that lack it. The program is a plain name without quotes.
 */
final class CommandLineRules {

    private final String line;
    private int position;

    private CommandLineRules(String line) {
        this.line = line;
    }

    static List<String> parse(String line) {
        var rules = new CommandLineRules(line);
        List<String> arguments = new ArrayList<>();
        arguments.add(rules.program());
        for (rules.skipBlanks(); rules.position < line.length(); rules.skipBlanks()) {
            arguments.add(rules.argument());
        }
        return arguments;
    }

    /** Up to the next quote or blank; nothing is escaped. */
    private String program() {
        boolean quoted = line.charAt(0) == '"';
        int start = quoted ? 1 : 0;
        int end = start;
        while (end < line.length() && !(quoted ? line.charAt(end) == '"' : isBlank(line.charAt(end)))) {
            end++;
        }
        position = quoted ? end + 1 : end;
        return line.substring(start, end);
    }

    private void skipBlanks() {
        while (position < line.length() && isBlank(line.charAt(position))) {
            position++;
        }
    }

    private static boolean isBlank(char c) {
        return c == ' ' || c == '\t';
    }

    /**
     * 2n backslashes before a quote stand for n, and the quote is syntax; 2n + 1 stand for n, and the quote is literal.
     * Within quotes, a doubled quote is literal too, and ends the quoted part.
     */
    private String argument() {
        var argument = new StringBuilder();
        boolean quoted = false;
        while (position < line.length() && (quoted || !isBlank(line.charAt(position)))) {
            int backslashes = 0;
            while (position < line.length() && line.charAt(position) == '\\') {
                backslashes++;
                position++;
            }
            boolean quote = position < line.length() && line.charAt(position) == '"';
            argument.append("\\".repeat(quote ? backslashes / 2 : backslashes));
            if (quote) {
                position++;
                if (backslashes % 2 == 1) {
                    argument.append('"');
                } else if (quoted && position < line.length() && line.charAt(position) == '"') {
                    argument.append('"');
                    position++;
                    quoted = false;
                } else {
                    quoted = !quoted;
                }
            } else if (backslashes == 0) {
                argument.append(line.charAt(position++));
            }
        }
        return argument.toString();
    }
}
