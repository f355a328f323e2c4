package io.piperelay.web.access;

import static org.assertj.core.api.Assertions.assertThat;

import io.piperelay.web.problem.ProblemWriter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.mock.web.MockFilterChain;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.mock.web.MockHttpServletResponse;

class RequestTargetFilterTests {

    private static final int LONGEST = 16 * 1024;

    /** The status if the request is refused; 200 if it passes. */
    private static int status(String path, String query) throws Exception {
        var request = new MockHttpServletRequest("GET", path);
        request.setQueryString(query);
        var response = new MockHttpServletResponse();
        var chain = new MockFilterChain();
        new RequestTargetFilter(new ProblemWriter()).doFilter(request, response, chain);
        assertThat(chain.getRequest() == null).isEqualTo(response.getStatus() != 200);
        return response.getStatus();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/pipe;x=y",
                "/pipe;",
                "/;/pipe",
                "//pipe",
                "/pipe//read",
                "/pipe//",
                "/.",
                "/..",
                "/./pipe",
                "/pipe/./read",
                "/pipe/../pipe",
                "/pipe/..",
                "/pipe/%2e/read",
                "/pipe/%2E%2e/read",
                "/pipe/.%2e",
            })
    void aPathThatCouldMeanAnotherIsRefused(String path) throws Exception {
        assertThat(status(path, "")).isEqualTo(400);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"/", "/pipe", "/pipe/", "/pipe/read", "/.hidden", "/a..b", "/pipe/...", "/x./y", "/%2ex", "/%3b"
            })
    void anyOtherPathGoesOn(String path) throws Exception {
        assertThat(status(path, "until=;//./..")).isEqualTo(200);
    }

    @Test
    void aTargetIsNotTooLong() throws Exception {
        assertThat(status("/pipe", "x".repeat(LONGEST - 5))).isEqualTo(200);
        assertThat(status("/pipe", "x".repeat(LONGEST - 4))).isEqualTo(414);
        assertThat(status("/" + "x".repeat(LONGEST), "")).isEqualTo(414);
    }
}
