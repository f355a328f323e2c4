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
    void mistakesAreNamed() {
        assertThatThrownBy(() -> parse("--repyl", "x"))
                .isInstanceOf(UsageException.class)
                .hasMessageContaining("unknown argument: --repyl")
                .hasMessageContaining("usage: child-agent [--reply TEXT] [--shared]");
        assertThatThrownBy(() -> parse("--reply")).hasMessageContaining("--reply requires a text");
        assertThatThrownBy(() -> parse("--reply", "a", "--reply", "b"))
                .hasMessageContaining("--reply must not be repeated");
    }

    private static AgentOptions parse(String... arguments) throws UsageException {
        return AgentOptions.parse(arguments);
    }
}
