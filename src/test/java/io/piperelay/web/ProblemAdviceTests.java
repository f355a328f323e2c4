package io.piperelay.web;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import io.piperelay.web.docs.ProblemExample;
import io.piperelay.web.problem.ProblemWriter;
import jakarta.servlet.ServletException;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.slf4j.LoggerFactory;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.mock.web.MockHttpServletResponse;
import tools.jackson.databind.json.JsonMapper;

class ProblemAdviceTests {

    private static final String SECRET = "/home/somebody/secret";

    private static final Logger LOG = (Logger) LoggerFactory.getLogger(ProblemAdvice.class);

    @BeforeAll
    static void quiet() {
        LOG.setLevel(Level.OFF);
    }

    @AfterAll
    static void asBefore() {
        LOG.setLevel(null);
    }

    static Stream<Exception> unexpected() {
        return Stream.of(
                new IllegalStateException(SECRET),
                new RuntimeException(SECRET, new IllegalArgumentException(SECRET)),
                new NullPointerException(),
                new Exception(SECRET));
    }

    @ParameterizedTest
    @MethodSource("unexpected")
    void anUnexpectedExceptionIsAnInternalErrorAndTellsNothingOfItself(Exception failure) throws Exception {
        var response = new MockHttpServletResponse();
        response.setHeader("Pipe-Offset", "1");
        response.getWriter().write("half an answer");

        new ProblemAdvice(new ProblemWriter()).answer(failure, new MockHttpServletRequest("GET", "/pipe"), response);

        assertThat(response.getStatus()).isEqualTo(500);
        assertThat(response.getContentType()).isEqualTo("application/problem+json");
        assertThat(response.getHeaderNames()).doesNotContain("Pipe-Offset");
        assertThat(response.getContentAsString())
                .isEqualTo("{\"type\":\"/problems/internal-error\",\"title\":\"Internal error\",\"status\":500,"
                        + "\"detail\":\"The service failed; its log says why.\",\"instance\":\"/pipe\"}");
        ProblemExample.assertShown(JsonMapper.shared().readTree(response.getContentAsString()));
    }

    @Test
    void aThreadThatCannotBeStartedIsAShortageThatPasses() throws Exception {
        var response = new MockHttpServletResponse();

        new ProblemAdvice(new ProblemWriter())
                .answer(
                        new ServletException(new OutOfMemoryError("unable to create native thread")),
                        new MockHttpServletRequest("GET", "/pipe"),
                        response);

        assertThat(response.getStatus()).isEqualTo(503);
        assertThat(response.getHeader("Retry-After")).isEqualTo("1");
        assertThat(response.getContentAsString()).contains("/problems/resources-exhausted");
    }
}
