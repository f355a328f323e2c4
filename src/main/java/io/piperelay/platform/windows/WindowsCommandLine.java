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
 * <p>Batch files are a different matter: <a
 * href="https://learn.microsoft.com/windows-server/administration/windows-commands/cmd">cmd.exe</a> runs them, and has
 * rules of its own by which an argument can become a command (CVE-2024-24576, "BatBadBut"). Their line is written for
 * cmd.exe, and a batch file that passes its arguments on ({@code %*}) passes them to such a program exactly.
 */
final class WindowsCommandLine {

    /** The terminating NUL included, for <a
     * href="https://learn.microsoft.com/windows/win32/api/processthreadsapi/nf-processthreadsapi-createprocessw">
     * CreateProcessW</a>. */
    private static final int MAX_LENGTH = 32_767;

    /** For <a
     * href="https://learn.microsoft.com/troubleshoot/windows-client/shell-experience/command-line-string-limitation">
     * cmd.exe</a>. */
    private static final int MAX_LENGTH_IN_CMD = 8_192;

    /** Besides separators and quotes, {@code *} and {@code ?}: java.exe expands them if they are not quoted. */
    private static final String NEEDS_QUOTES = " \t\n\u000B\"*?";

    /** Besides letters and digits. */
    private static final String NEEDS_NO_QUOTES_IN_CMD = "#$+-./:@\\_";

    /**
     * Without the registry's AutoRun commands; with extensions, on which {@link #PERCENT} depends; and with {@code !} as a
     * character like any other.
     */
    private static final String CMD = "cmd.exe /d /e:ON /v:OFF /c ";

    /**
     * One percent sign: the first of these two is not followed by a variable's name, and then comes the variable CD, which
     * always exists, from its beginning to its beginning. Nothing else keeps cmd.exe from looking for a variable.
     */
    private static final String PERCENT = "%%cd:~,%";

    private WindowsCommandLine() {}

    /** @throws NativeCallException as if by CreateProcess, for what no line can carry to the program */
    static String of(List<String> arguments) throws NativeCallException {
        refuse(arguments, "\0", "a program");
        // The program's name ends at the next quote, whatever precedes it: there is no escape.
        refuse(arguments.subList(0, 1), "\"", "a program as its name");
        return limited(
                arguments.stream()
                        .skip(1)
                        .map(argument -> ' ' + (needsQuotes(argument) ? quoted(argument) : argument))
                        .collect(Collectors.joining("", '"' + arguments.get(0) + '"', "")),
                MAX_LENGTH);
    }

    /**
     * The line with which cmd.exe runs a batch file.
     *
     * @param file its full path
     * @throws NativeCallException as if by CreateProcess, for what no line can carry to the batch file safely
     */
    static String ofBatchFile(String file, List<String> arguments) throws NativeCallException {
        // Neither has an escape: the line ends there.
        refuse(arguments, "\0\r\n", "a batch file");
        return limited(
                arguments.stream()
                        .map(argument -> ' ' + (needsQuotesInCmd(argument) ? quotedForCmd(argument) : argument))
                        .collect(Collectors.joining("", CMD + '"' + quotedForCmd(file), "\"")),
                MAX_LENGTH_IN_CMD);
    }

    /** @param file a full path, which CreateProcess would leave to cmd.exe if this were true */
    static boolean isBatchFile(String file) {
        String name = file.toLowerCase(Locale.ROOT);
        return name.endsWith(".bat") || name.endsWith(".cmd");
    }

    private static void refuse(List<String> arguments, String characters, String receiver) throws NativeCallException {
        int found = String.join("", arguments)
                .chars()
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

    private static String limited(String line, int maxLength) throws NativeCallException {
        if (line.length() < maxLength) {
            return line;
        }
        throw new NativeCallException(
                "CreateProcess",
                ERROR_FILENAME_EXCED_RANGE,
                "the command line has " + line.length() + " characters, and Windows takes at most " + (maxLength - 1),
                Win32Error.advice(ERROR_FILENAME_EXCED_RANGE));
    }

    private static boolean needsQuotes(String argument) {
        return argument.isEmpty() || argument.chars().anyMatch(c -> NEEDS_QUOTES.indexOf(c) >= 0);
    }

    /** A batch file may add quotes of its own, so none must follow a backslash at the end. */
    private static boolean needsQuotesInCmd(String argument) {
        return argument.isEmpty()
                || argument.endsWith("\\")
                || !argument.codePoints()
                        .allMatch(c -> Character.isLetterOrDigit(c) || NEEDS_NO_QUOTES_IN_CMD.indexOf(c) >= 0);
    }

    private static String quoted(String argument) {
        return quoted(argument, "\\\"");
    }

    /** For cmd.exe, a quote opens or closes whatever precedes it; a doubled one does both, and stands for one in between. */
    private static String quotedForCmd(String argument) {
        return quoted(argument, "\"\"").replace("%", PERCENT);
    }

    /** Backslashes are literal unless a quote follows. */
    private static String quoted(String argument, String quote) {
        StringBuilder quoted = new StringBuilder("\"");
        int backslashes = 0;
        for (int i = 0; i < argument.length(); i++) {
            char c = argument.charAt(i);
            quoted.append(c == '"' ? "\\".repeat(backslashes) + quote : String.valueOf(c));
            backslashes = c == '\\' ? backslashes + 1 : 0;
        }
        return quoted.append("\\".repeat(backslashes)).append('"').toString();
    }
}
