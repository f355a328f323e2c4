package io.piperelay.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class AgentOptionsTests {

    @Test
    void echoesOnTwoPipesUnlessToldOtherwise() throws UsageException {
        assertThat(parse()).isEqualTo(new AgentOptions(null, false));
    }

    @Test
    void optionsComeInAnyOrder() throws UsageException {
        AgentOptions expected = new AgentOptions("Bingo Bingo", true);

        assertThat(parse("--shared", "--reply", "Bingo Bingo")).isEqualTo(expected);
        assertThat(parse("--reply", "Bingo Bingo", "--shared")).isEqualTo(expected);
    }

    @Test
    void replyMayBeAnything() throws UsageException {
        assertThat(parse("--reply", "").reply()).isEmpty();
        assertThat(parse("--reply", "--shared")).isEqualTo(new AgentOptions("--shared", false));
    }

    @Test
    void whatJavaExeWouldNotTakeComesInAscii() throws UsageException {
        assertThat(parse("--percent-encoded", "--reply", "%E4%BD%A0+%25+%2B+%F0%9F%9A%80%22", "--shared"))
                .isEqualTo(new AgentOptions("\u4f60 % + \ud83d\ude80\"", true));
        assertThat(parse("--reply", "%25+").reply()).isEqualTo("%25+");
        assertThatThrownBy(() -> parse("--percent-encoded", "--reply", "100%"))
                .hasMessageContaining("not percent-encoded");
    }

    @Test
    void mistakesAreNamed() {
        assertThatThrownBy(() -> parse("--repyl", "x"))
                .isInstanceOf(UsageException.class)
                .hasMessageContaining("unknown argument: --repyl")
                .hasMessageContaining("usage: child-agent [--percent-encoded] [--reply TEXT] [--shared]");
        assertThatThrownBy(() -> parse("--reply")).hasMessageContaining("--reply requires a text");
        assertThatThrownBy(() -> parse("--reply", "a", "--reply", "b"))
                .hasMessageContaining("--reply must not be repeated");
    }

    private static AgentOptions parse(String... arguments) throws UsageException {
        return AgentOptions.parse(arguments);
    }
}
