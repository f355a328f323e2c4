package io.piperelay.startup;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the greeting shows of each system's shells. That its commands work is shown by running them: {@code ReadmeIT}. */
class StartupMessageTests {

    private static final String URL = "http://127.0.0.1:8080";

    @ParameterizedTest
    @CsvSource({
        "0.0.0.0, 127.0.0.1",
        "::, 127.0.0.1",
        "127.0.0.1, 127.0.0.1",
        "127.0.0.2, 127.0.0.2",
        "::1, [0:0:0:0:0:0:0:1]",
        "192.0.2.7, 192.0.2.7"
    })
    void itsAddressIsOneOnWhichTheServiceListens(String listening, String shown) throws Exception {
        assertThat(StartupMessage.host(InetAddress.getByName(listening))).isEqualTo(shown);
    }

    @Test
    void whereNoAddressIsSetTheServiceListensOnAll() {
        assertThat(StartupMessage.host(null)).isEqualTo("127.0.0.1");
    }

    /** For cmd.exe they are letters; a line for PowerShell may have them where it calls no program. */
    @Test
    void noProgramIsCalledWithSingleQuotesOnWindows() {
        assertThat(commands(true).filter(line -> line.contains("curl.exe")))
                .hasSize(3)
                .noneMatch(line -> line.contains("'"));
        assertThat(commands(true)).noneMatch(line -> line.contains("curl "));
        assertThat(commands(false)).hasSize(3).noneMatch(line -> line.contains("curl.exe"));
    }

    /** A double quote is the same to all shells. */
    @Test
    void aChildThatIsThereAlreadyIsNamedAndCanBeTriedInAnyShell() {
        assertThat(StartupMessage.text(true, URL, "bc")).contains("with a session of 'bc'");
        assertThat(commands(true, "bc")).hasSize(3).allMatch(line -> line.contains("curl.exe ") && !line.contains("'"));
        assertThat(commands(false, "bc")).hasSize(3).allMatch(line -> line.contains("curl ") && !line.contains("'"));
    }

    private static Stream<String> commands(boolean windows) {
        return commands(windows, null);
    }

    private static Stream<String> commands(boolean windows, @Nullable String child) {
        return StartupMessage.text(windows, URL, child).lines().filter(line -> line.contains(URL + "/pipe"));
    }
}
