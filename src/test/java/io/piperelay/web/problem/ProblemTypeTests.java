package io.piperelay.web.problem;

import static org.assertj.core.api.Assertions.assertThat;

import io.piperelay.session.Diagnosis;
import io.piperelay.session.PipeException.Reason;
import io.piperelay.web.docs.ProblemExample;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.ResourceBundle;
import java.util.ResourceBundle.Control;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

class ProblemTypeTests {

    /** Reasons that clients need not distinguish from others, or for which HTTP has a term of its own. */
    private static final Map<Reason, ProblemType> UNDER_ANOTHER_NAME = Map.of(
            Reason.BODY_TOO_SLOW, ProblemType.REQUEST_TIMEOUT,
            Reason.REPLY_FORGOTTEN, ProblemType.OFFSET_GONE,
            Reason.TOO_MANY_DELIVERIES, ProblemType.RESOURCES_EXHAUSTED);

    @ParameterizedTest
    @EnumSource
    void aReasonIsAnsweredByTheTypeOfItsName(Reason reason) {
        ProblemType expected = UNDER_ANOTHER_NAME.containsKey(reason)
                ? UNDER_ANOTHER_NAME.get(reason)
                : ProblemType.valueOf(reason.name());

        assertThat(ProblemType.of(reason)).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "zh"})
    void eachTypeHasATitleAndAnExplanationAndEachDiagnosisATextInEachLanguage(String language) {
        Set<String> expected = new TreeSet<>();
        Stream.of(ProblemType.values())
                .forEach(type -> expected.addAll(List.of(type.slug(), type.slug() + ".explanation")));

        Stream.of(Diagnosis.values()).forEach(diagnosis -> expected.add("diagnosis." + diagnosis));

        Control withoutFallback = Control.getNoFallbackControl(Control.FORMAT_PROPERTIES);
        Set<String> keys = ResourceBundle.getBundle("problems", Locale.forLanguageTag(language), withoutFallback)
                .keySet();
        assertThat(keys).isEqualTo(expected);
    }

    /** The excluded type answers methods that no described operation has. */
    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "METHOD_NOT_ALLOWED")
    void theDescriptionShowsATypeWithItsTitleAndStatus(ProblemType type) {
        JsonNode example = ProblemExample.of(type.slug());

        assertThat(example.path("type").stringValue()).isEqualTo(type.uri());
        assertThat(example.path("title").stringValue()).isEqualTo(type.title(List.of()));
        assertThat(example.path("status").intValue()).isEqualTo(type.status());
    }

    @ParameterizedTest
    @EnumSource
    void aTypeIsFoundByItsSlug(ProblemType type) {
        assertThat(ProblemType.ofSlug(type.slug())).contains(type);
    }

    @Test
    void whatIsNoSlugHasNoType() {
        assertThat(ProblemType.ofSlug("pipe-dream")).isEmpty();
        assertThat(ProblemType.ofSlug("PIPE_FULL")).isEmpty();
    }
}
