package io.piperelay.web.problem;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

class ProblemWriterTests {

    @ParameterizedTest
    @CsvSource({
        "/pipe/read, /pipe/read",
        "/, /",
        "/a%20b, /a%20b",
        "/%zz%2, /%25zz%252",
        "/a|b\"c<d>, /a%7Cb%22c%3Cd%3E",
        "/中, /%E4%B8%AD",
        "/a b, /a%20b"
    })
    void theInstanceIsThePathAsAUriReference(String path, String instance) {
        assertThat(ProblemWriter.instance(path)).isEqualTo(instance);
        assertThat(URI.create(instance).getRawPath()).isEqualTo(instance);
    }

    @ParameterizedTest
    @NullSource
    @ValueSource(strings = {"", "*", "localhost:22", "pipe", "?x"})
    void theInstanceOfWhatHasNoPathIsTheRoot(String target) {
        assertThat(ProblemWriter.instance(target)).isEqualTo("/");
    }

    @Test
    void documentsAreCountedByTheirTypes() {
        var problems = new ProblemWriter();
        assertThat(problems.count(ProblemType.REQUEST_TIMEOUT)).isZero();

        problems.closingAnswer(new Problem(ProblemType.REQUEST_TIMEOUT, "Late."), null);
        problems.closingAnswer(new Problem(ProblemType.REQUEST_TIMEOUT, "Late."), null);

        assertThat(problems.count(ProblemType.REQUEST_TIMEOUT)).isEqualTo(2);
        assertThat(problems.count(ProblemType.NOT_FOUND)).isZero();
    }

    @Test
    void aRequestThatIsRefusedAsItArrivesNamesItsPathToo() {
        byte[] answer = new ProblemWriter().closingAnswer(new Problem(ProblemType.REQUEST_TIMEOUT, "Late."), null);

        assertThat(new String(answer, StandardCharsets.UTF_8)).contains("\"instance\":\"/\"", "HTTP/1.1 408");
    }
}
