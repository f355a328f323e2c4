package io.piperelay.platform.windows;

import static com.sun.jna.platform.win32.WinError.ERROR_BAD_ARGUMENTS;
import static com.sun.jna.platform.win32.WinError.ERROR_FILENAME_EXCED_RANGE;

import io.piperelay.platform.NativeCallException;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * Writes arguments as the single line that CreateProcess takes, so that a program that parses it by the rules of <a
 * href="https://learn.microsoft.com/cpp/c-language/parsing-c-command-line-arguments">Microsoft's C runtime</a> gets them
 * back exactly.
 *
 * <p>Batch files are a different matter: CreateProcess passes their line to cmd.exe, which has rules of its own by which an
 * argument can become a command (CVE-2024-24576, "BatBadBut"). Their arguments are always quoted, and those with a
 * character that is special to cmd.exe even in quotes are refused.
 */
final class WindowsCommandLine {

    /** The terminating NUL included, for <a
     * href="https://learn.microsoft.com/windows/win32/api/processthreadsapi/nf-processthreadsapi-createprocessw">
     * CreateProcessW</a>. */
    private static final int MAX_LENGTH = 32_767;

    /** Besides separators and quotes, {@code *} and {@code ?}: java.exe expands them if they are not quoted. */
    private static final String NEEDS_QUOTES = " \t\n\u000B\"*?";

    private static final String UNSAFE_IN_BATCH = "\"%!\r\n";

    private WindowsCommandLine() {}

    /** @throws NativeCallException as if by CreateProcess, for what no line can carry to the program safely */
    static String of(List<String> arguments) throws NativeCallException {
        String program = arguments.get(0);
        boolean batch = isBatchFile(program);
        for (String argument : arguments) {
            refuse(argument, "\0", "this program");
            refuse(argument, batch ? UNSAFE_IN_BATCH : "", "a batch file");
        }
        // The program's name ends at the next quote, whatever precedes it: there is no escape.
        refuse(program, "\"", "this program");
        String line = arguments.stream()
                .skip(1)
                .map(argument -> " " + (batch || needsQuotes(argument) ? quoted(argument) : argument))
                .collect(Collectors.joining("", '"' + program + '"', ""));
        if (line.length() >= MAX_LENGTH) {
            throw new NativeCallException(
                    "CreateProcess",
                    ERROR_FILENAME_EXCED_RANGE,
                    "the command line has " + line.length() + " characters, and Windows takes at most "
                            + (MAX_LENGTH - 1));
        }
        return line;
    }

    /** Windows ignores dots and spaces at the end of a file's name. */
    private static boolean isBatchFile(String program) {
        String name = program.replaceFirst("[. ]+$", "").toLowerCase(Locale.ROOT);
        return name.endsWith(".bat") || name.endsWith(".cmd");
    }

    private static void refuse(String argument, String characters, String receiver) throws NativeCallException {
        int found = argument.chars()
                .filter(c -> characters.indexOf(c) >= 0)
                .findFirst()
                .orElse(-1);
        if (found >= 0) {
            throw new NativeCallException(
                    "CreateProcess",
                    ERROR_BAD_ARGUMENTS,
                    "the character U+%04X cannot be passed to %s safely".formatted(found, receiver));
        }
    }

    private static boolean needsQuotes(String argument) {
        return argument.isEmpty() || argument.chars().anyMatch(c -> NEEDS_QUOTES.indexOf(c) >= 0);
    }

    /** Backslashes are literal unless a quote follows. */
    private static String quoted(String argument) {
        StringBuilder quoted = new StringBuilder("\"");
        int backslashes = 0;
        for (int i = 0; i < argument.length(); i++) {
            char c = argument.charAt(i);
            if (c == '"') {
                quoted.append("\\".repeat(backslashes + 1));
            }
            quoted.append(c);
            backslashes = c == '\\' ? backslashes + 1 : 0;
        }
        return quoted.append("\\".repeat(backslashes)).append('"').toString();
    }
}
