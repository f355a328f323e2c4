package io.piperelay.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.piperelay.platform.Topology;
import io.piperelay.web.problem.ProblemException;
import io.piperelay.web.problem.ProblemType;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CreateRequestTests {

    private static final CreateRequest ORDINARY = new CreateRequest("agent", Topology.DUPLEX, 0);

    private static CreateRequest parse(String body) {
        return CreateRequest.parse(body.getBytes(StandardCharsets.UTF_8));
    }

    private static void assertRefused(String because, String body) {
        ProblemException refusal = catchThrowableOfType(ProblemException.class, () -> parse(body));
        assertThat(refusal).as("refused").isNotNull();
        assertThat(refusal.problem().type()).isEqualTo(ProblemType.INVALID_BODY);
        assertThat(refusal.problem().detail()).isEqualTo(because);
    }

    @Test
    void everyMemberIsOptional() {
        assertThat(parse("{}")).isEqualTo(ORDINARY);
        assertThat(parse(" {\"child\": null, \"topology\": null, \"bufferSize\": null}\n"))
                .isEqualTo(ORDINARY);
        assertThat(parse("{\"bufferSize\":1048576,\"topology\":\"shared\",\"child\":\"cat\"}"))
                .isEqualTo(new CreateRequest("cat", Topology.SHARED, 1_048_576));
        assertThat(parse("{\"topology\":\"duplex\",\"child\":\"\"}"))
                .isEqualTo(new CreateRequest("", Topology.DUPLEX, 0));
    }

    @ParameterizedTest
    @ValueSource(strings = {"5", "1.5", "true", "[]", "[\"cat\"]", "{}"})
    void aChildIsText(String child) {
        assertRefused("'child' must be the name of a child profile.", "{\"child\":" + child + "}");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"DUPLEX\"",
                "\"Shared\"",
                "\"\"",
                "\" \"",
                "\" duplex\"",
                "\"0\"",
                "0",
                "1",
                "true",
                "[\"duplex\"]",
                "{}"
            })
    void aTopologyIsOneOfTwoWords(String topology) {
        assertRefused("'topology' must be duplex or shared.", "{\"topology\":" + topology + "}");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "-1",
                "1048577",
                "4294967296",
                "99999999999999999999",
                "1.0",
                "1e3",
                "\"1\"",
                "\"\"",
                "true",
                "[1]",
                "{}"
            })
    void aBufferSizeIsAWholeNumberWithinItsRange(String size) {
        assertRefused(
                "'bufferSize' must be a whole number of bytes from 0 to 1048576.", "{\"bufferSize\":" + size + "}");
    }

    @ParameterizedTest
    @ValueSource(strings = {"{\"command\":\"x\"}", "{\"Child\":\"agent\"}", "{\"child\":\"agent\",\"\":1}"})
    void noOtherMemberIsKnown(String body) {
        assertRefused("The body must have no members but child, topology and bufferSize.", body);
    }

    @ParameterizedTest
    @ValueSource(strings = {"null", "[]", "[{}]", "\"\"", "\"agent\"", "1", "true"})
    void theBodyIsAnObject(String body) {
        assertRefused("The body must be a JSON object.", body);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{",
                "{]",
                "{} x",
                "{}{}",
                "{} null",
                "{}1",
                "{'child':'agent'}",
                "{child:1}",
                "{\"child\":\"agent\",}",
                "{\"child\":\"a\",\"child\":\"b\"}",
                "{\"child\":\"\u0001\"}",
                "// comment\n{}",
            })
    void whatIsNoJsonIsCalledThat(String body) {
        assertRefused("The body is not valid JSON.", body);
    }

    @Test
    void whatIsNestedDeeplyOrEndlesslyLongIsRefusedAsAnythingElse() {
        for (String body : new String[] {
            "[".repeat(30_000), "{\"child\":".repeat(6_000), "{\"bufferSize\":" + "9".repeat(60_000) + "}"
        }) {
            ProblemException refusal = catchThrowableOfType(ProblemException.class, () -> parse(body));
            assertThat(refusal.problem().type()).isEqualTo(ProblemType.INVALID_BODY);
        }
    }
}
