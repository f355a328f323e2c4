package io.piperelay.platform.windows;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.sun.jna.Platform;
import com.sun.jna.platform.win32.Shell32Util;
import io.piperelay.platform.NativeCallException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class WindowsCommandLineTests {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\0',
            value = {
                "plain        | plain",
                "two words    | \"two words\"",
                "a\"b         | \"a\\\"b\"",
                "\"quoted\"   | \"\\\"quoted\\\"\"",
                "back\\slash  | back\\slash",
                "trailing\\   | trailing\\",
                "a b\\        | \"a b\\\\\"",
                "a b\\\\      | \"a b\\\\\\\\\"",
                "a\\\"b       | \"a\\\\\\\"b\"",
                "\\\\server\\share | \\\\server\\share",
                "*            | \"*\"",
                "what?        | \"what?\"",
                "%PATH%       | %PATH%",
                "\u7ba1\u9053 | \u7ba1\u9053",
            })
    void argumentsAreQuotedWhereTheyNeedIt(String argument, String expected) throws NativeCallException {
        assertThat(WindowsCommandLine.of(List.of("program", argument))).isEqualTo("\"program\" " + expected);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "tab\there", "line\nfeed", "vertical\u000Btab"})
    void emptyAndBlankArgumentsAreQuoted(String argument) throws NativeCallException {
        assertThat(WindowsCommandLine.of(List.of("program", argument))).isEqualTo("\"program\" \"" + argument + '"');
    }

    @Test
    void theProgramIsAlwaysQuoted() throws NativeCallException {
        assertThat(WindowsCommandLine.of(List.of("C:\\Program Files\\x.exe", "-v")))
                .isEqualTo("\"C:\\Program Files\\x.exe\" -v");
    }

    @Test
    void aProgramWithAQuoteInItsNameIsRefused() {
        assertRefused(List.of("pro\"gram"));
    }

    @Test
    void aNulIsRefusedBecauseItWouldEndTheLine() {
        assertRefused(List.of("program", "a\0b"));
    }

    @Test
    void theLongestLineHas32766Characters() throws NativeCallException {
        String longest = "x".repeat(32_766 - "\"p\" ".length());

        assertThat(WindowsCommandLine.of(List.of("p", longest))).hasSize(32_766);
        assertThatExceptionOfType(NativeCallException.class)
                .isThrownBy(() -> WindowsCommandLine.of(List.of("p", longest + "x")))
                .satisfies(e -> assertThat(e.code()).isEqualTo(206))
                .withMessageContaining("32767 characters");
    }

    // Batch files

    @ParameterizedTest
    @CsvSource({
        "C:\\run.bat, true",
        "C:\\RUN.CMD, true",
        "C:\\a.exe\\.cmd, true",
        "C:\\bat.exe, false",
        "C:\\x.cmd\\bat, false"
    })
    void aBatchFileIsKnownByItsExtension(String file, boolean isOne) {
        assertThat(WindowsCommandLine.isBatchFile(file)).isEqualTo(isOne);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\0',
            value = {
                "plain        | plain",
                "C:\\x_1.y-z  | C:\\x_1.y-z",
                "\u7ba1\u9053 | \u7ba1\u9053",
                "two words    | \"two words\"",
                "a\u00a0b     | \"a\u00a0b\"",
                "a=b,c;d      | \"a=b,c;d\"",
                "*            | \"*\"",
                "^            | \"^\"",
                "!            | \"!\"",
                "(a)&b        | \"(a)&b\"",
                "\"&calc.exe  | \"\"\"&calc.exe\"",
                "a\"b\"       | \"a\"\"b\"\"\"",
                "a\\\"b       | \"a\\\\\"\"b\"",
                "trailing\\   | \"trailing\\\\\"",
                "100%         | \"100%%cd:~,%\"",
                "%PATH%       | \"%%cd:~,%PATH%%cd:~,%\"",
            })
    void anArgumentOfABatchFileIsQuotedAsCmdUnderstandsIt(String argument, String expected) throws NativeCallException {
        assertThat(WindowsCommandLine.ofBatchFile("C:\\run it.bat", List.of(argument)))
                .isEqualTo("cmd.exe /d /e:ON /v:OFF /c \"\"C:\\run it.bat\" " + expected + '"');
    }

    @Test
    void emptyArgumentsOfABatchFileAreQuotedAndItsNameIsSafeToo() throws NativeCallException {
        assertThat(WindowsCommandLine.ofBatchFile("C:\\%a%&b.cmd", List.of("", "x")))
                .isEqualTo("cmd.exe /d /e:ON /v:OFF /c \"\"C:\\%%cd:~,%a%%cd:~,%&b.cmd\" \"\" x\"");
        assertThat(WindowsCommandLine.ofBatchFile("C:\\a.cmd", List.of()))
                .isEqualTo("cmd.exe /d /e:ON /v:OFF /c \"\"C:\\a.cmd\"\"");
    }

    @ParameterizedTest
    @ValueSource(strings = {"a\nb", "\r", "\r\n", "a\0b"})
    void aBatchFileTakesNothingThatEndsItsLine(String argument) {
        assertThatExceptionOfType(NativeCallException.class)
                .isThrownBy(() -> WindowsCommandLine.ofBatchFile("C:\\a.cmd", List.of("x", argument)))
                .satisfies(e -> assertThat(e.code()).isEqualTo(160))
                .withMessageContaining("batch file");
    }

    @Test
    void aBatchFileTakesALineOf8191Characters() throws NativeCallException {
        String longest = "x".repeat(8_191 - "cmd.exe /d /e:ON /v:OFF /c \"\"a\" \"".length());

        assertThat(WindowsCommandLine.ofBatchFile("a", List.of(longest))).hasSize(8_191);
        assertThatExceptionOfType(NativeCallException.class)
                .isThrownBy(() -> WindowsCommandLine.ofBatchFile("a", List.of(longest + "x")))
                .satisfies(e -> assertThat(e.code()).isEqualTo(206));
    }

    /** For cmd.exe, every quote begins or ends a quoted part, and only there are its special characters like any other. */
    @RepeatedTest(200)
    void cmdSeesNothingSpecialOutsideQuotesAndNoVariable(RepetitionInfo repetition) throws NativeCallException {
        Random random = new Random(repetition.getCurrentRepetition());
        List<String> arguments =
                Stream.generate(() -> randomArgument(random)).limit(100).toList();

        String line = WindowsCommandLine.ofBatchFile("C:\\a.cmd", arguments);

        String command =
                line.substring(line.indexOf('"') + 1, line.length() - 1).replace("%%cd:~,%", "");
        assertThat(command).doesNotContain("%");
        assertThat(command.replaceAll("\"[^\"]*\"", "")).matches("[\\p{L}0-9\\\\ ]*");
    }

    /** Checked against the documented rules everywhere, and on Windows also against the system itself. */
    @RepeatedTest(200)
    void whatIsPutTogetherComesApartAgain(RepetitionInfo repetition) throws NativeCallException {
        Random random = new Random(repetition.getCurrentRepetition());
        List<String> arguments = new ArrayList<>(List.of("program"));
        for (int i = 0; i < 100; i++) {
            arguments.add(randomArgument(random));
        }

        String line = WindowsCommandLine.of(arguments);

        assertThat(CommandLineRules.parse(line)).isEqualTo(arguments);
        if (Platform.isWindows()) {
            assertThat(Shell32Util.CommandLineToArgv(line)).containsExactlyElementsOf(arguments);
        }
    }

    /** The oracle itself, compared with Windows on lines that nobody would write. */
    @EnabledOnOs(OS.WINDOWS)
    @RepeatedTest(200)
    void theRulesAreWindowsOwn(RepetitionInfo repetition) {
        Random random = new Random(repetition.getCurrentRepetition());
        String line = "program "
                + Stream.generate(() -> randomArgument(random))
                        .limit(20)
                        .collect(Collectors.joining(" "))
                        .strip();

        assertThat(CommandLineRules.parse(line)).containsExactly(Shell32Util.CommandLineToArgv(line));
    }

    private static String randomArgument(Random random) {
        String alphabet = "ab \t\"\"\\\\\\*?%&^|\u00e9\u4e2d";
        return random.ints(random.nextInt(12), 0, alphabet.length())
                .mapToObj(index -> alphabet.substring(index, index + 1))
                .collect(Collectors.joining());
    }

    private static void assertRefused(List<String> arguments) {
        assertThatExceptionOfType(NativeCallException.class)
                .isThrownBy(() -> WindowsCommandLine.of(arguments))
                .satisfies(e -> assertThat(e.code()).isEqualTo(160));
    }
}
