package io.piperelay.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNoException;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.piperelay.bytes.Delimiter;
import io.piperelay.platform.Topology;
import io.piperelay.web.problem.ProblemException;
import io.piperelay.web.problem.ProblemType;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.mock.web.MockHttpServletRequest;

class QueryTests {

    private static final Duration LONGEST = Duration.ofMinutes(1);

    private static Query query(String text) {
        return Query.of(request(text), "a", "b", "until");
    }

    private static MockHttpServletRequest request(String query) {
        var request = new MockHttpServletRequest("POST", "/pipe");
        request.setQueryString(query);
        return request;
    }

    private static void assertRefused(String because, ThrowingCallable reading) {
        ProblemException refusal = catchThrowableOfType(ProblemException.class, reading);
        assertThat(refusal).as("refused").isNotNull();
        assertThat(refusal.problem().type()).isEqualTo(ProblemType.INVALID_PARAMETER);
        assertThat(refusal.problem().detail()).isEqualTo(because);
    }

    @Test
    void whatIsNotGivenIsAsTheCallerSays() {
        for (Query query : new Query[] {query(""), query("&"), Query.of(new MockHttpServletRequest(), "a")}) {
            assertThat(query.flag("a")).isFalse();
            assertThat(query.offset("a")).isNull();
            assertThat(query.integer("a", 1, 2, 7)).isEqualTo(7);
            assertThat(query.duration("a", LONGEST)).isNull();
            assertThat(query.duration("a", LONGEST, Duration.ZERO)).isZero();
            assertThat(query.text("a", 3)).isNull();
            assertThat(query.terminator("a")).isNull();
            assertThat(query.until()).isEmpty();
        }
    }

    @Test
    void eachKnowsItsForms() {
        assertThat(query("a=true&b=false").flag("a")).isTrue();
        assertThat(query("a=true&b=false").flag("b")).isFalse();
        assertThat(query("a=999999999999999999").offset("a")).isEqualTo(999_999_999_999_999_999L);
        assertThat(query("a=0").offset("a")).isZero();
        assertThat(query("b=0010").integer("b", 1, 10, 5)).isEqualTo(10);
        assertThat(query("a=500ms").duration("a", LONGEST)).isEqualTo(Duration.ofMillis(500));
        assertThat(query("a=5s").duration("a", LONGEST)).isEqualTo(Duration.ofSeconds(5));
        assertThat(query("a=1m").duration("a", LONGEST, Duration.ZERO)).isEqualTo(LONGEST);
        assertThat(query("a=x%2By+z").text("a", 5)).isEqualTo("x+y z");
        assertThat(query("a=lf").terminator("a")).isSameAs(Delimiter.LF);
        assertThat(query("a=nul").terminator("a")).isSameAs(Delimiter.NUL);
        assertThat(query("a=crlf").terminator("a")).isSameAs(Delimiter.CRLF);
        assertThat(query("until=nul&until=crlf&until=lf").until())
                .containsExactly(Delimiter.NUL, Delimiter.CRLF, Delimiter.LF);
        assertThat(query("until=%E2%9C%93").until())
                .singleElement()
                .satisfies(delimiter -> assertThat(delimiter.text()).isEqualTo("✓"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"TRUE", "1", "yes", "true "})
    void aFlagIsTrueOrFalse(String value) {
        assertRefused(
                "Parameter 'a' must be true or false.",
                () -> query("a=" + value).flag("a"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"-1", "%2B1", "1.0", "0x1", "1e3", "9999999999999999999", "١"})
    void anOffsetIsADecimalNumber(String value) {
        assertRefused(
                "Parameter 'a' must be a decimal number, at least 0.",
                () -> query("a=" + value).offset("a"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "11", "4294967301", "x"})
    void anIntegerStaysWithinItsRange(String value) {
        assertRefused(
                "Parameter 'a' must be a decimal number from 1 to 10.",
                () -> query("a=" + value).integer("a", 1, 10, 5));
    }

    @ParameterizedTest
    @ValueSource(strings = {"5", "5h", "-1s", "1.5s", "61s", "60001ms", "999999999m", "5 s"})
    void aDurationHasAUnitAndIsNotTooLong(String value) {
        assertRefused(
                "Parameter 'a' must be a duration such as 500ms, 5s or 1m, from 0s to 60000ms.",
                () -> query("a=" + value).duration("a", LONGEST));
    }

    @ParameterizedTest
    @ValueSource(strings = {"x", "é", "中", "😀"})
    void aDelimiterHas1024Characters(String character) {
        String longest = URLEncoder.encode(character.repeat(1024), StandardCharsets.UTF_8);

        assertThat(query("until=" + longest).until()).hasSize(1);
        assertRefused(
                "Parameter 'until' must be lf, crlf, nul, or a text of at most 1024 characters.",
                () -> query("until=lf&until=" + longest + "x").until());
    }

    @Test
    void thereAreUpTo8Delimiters() {
        assertThat(query("until=a" + "&until=b".repeat(7)).until()).hasSize(8);
        assertRefused(
                "Parameter 'until' must not be given more than 8 times.",
                () -> query("until=a" + "&until=b".repeat(8)).until());
    }

    @Test
    void aTerminatorIsNoOtherText() {
        assertRefused(
                "Parameter 'a' must be lf, crlf or nul.", () -> query("a=x").terminator("a"));
    }

    @Test
    void aChoiceIsOneOfTheWordsAndHasToBeMade() {
        List<Topology> choices = List.of(Topology.values());

        assertThat(query("a=shared").choice("a", choices)).isEqualTo(Topology.SHARED);
        for (String other : List.of("a=SHARED", "a=ring", "b=shared", "")) {
            assertRefused(
                    "Parameter 'a' must be one of duplex, shared.",
                    () -> query(other).choice("a", choices));
        }
    }

    @Test
    void aTextIsNotTooLong() {
        assertRefused(
                "Parameter 'a' must be a text of at most 3 characters.",
                () -> query("a=four").text("a", 3));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "c=1 | A parameter is unknown. This route takes: a, b, until.",
                "A=1 | A parameter is unknown. This route takes: a, b, until.",
                "=1 | A parameter is unknown. This route takes: a, b, until.",
                "a=1&a=1 | Parameter 'a' must not be repeated.",
                "a=1&%61=2 | Parameter 'a' must not be repeated.",
                "a | Parameter 'a' must not be empty.",
                "b= | Parameter 'b' must not be empty.",
                "until=x&until= | Parameter 'until' must not be empty.",
                "a=%zz | The query is not percent-encoded UTF-8.",
                "a=% | The query is not percent-encoded UTF-8.",
                "a=%ff | The query is not percent-encoded UTF-8.",
                "a=%c3 | The query is not percent-encoded UTF-8.",
            })
    void nothingIsGuessed(String text, String because) {
        assertRefused(because, () -> query(text));
    }

    @Test
    void aRouteWithoutParametersRefusesAny() {
        assertRefused("This route takes no parameters.", () -> Query.refuseAny(request("a=1")));
        assertThatNoException().isThrownBy(() -> Query.refuseAny(request("")));
    }

    @Test
    void aFormInTheBodyIsPayload() {
        MockHttpServletRequest form = request("a=1");
        form.setContentType("application/x-www-form-urlencoded");
        form.setContent("b=2&c=3".getBytes(StandardCharsets.UTF_8));
        form.addParameter("c", "3");

        assertThat(Query.of(form, "a", "b").offset("b")).isNull();
    }
}
