package io.piperelay.web;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.util.Objects;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.mock.web.MockFilterChain;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.mock.web.MockHttpServletResponse;

class MethodsFilterTests {

    private final MockFilterChain chain = new MockFilterChain();
    private final MockHttpServletResponse response = new MockHttpServletResponse();

    private void filter(String method) throws Exception {
        new MethodsFilter().doFilter(new MockHttpServletRequest(method, "/"), response, chain);
    }

    /** The servlet API would answer TRACE itself, but does not know the name in lower case. */
    @ParameterizedTest
    @CsvSource({"TRACE, trace", "GET, GET", "OPTIONS, OPTIONS", "BREW, BREW"})
    void traceIsAMethodThatNobodyKnows(String method, String seen) throws Exception {
        filter(method);

        assertThat(chain.getRequest())
                .isInstanceOfSatisfying(
                        HttpServletRequest.class,
                        request -> assertThat(request.getMethod()).isEqualTo(seen));
    }

    @ParameterizedTest
    @ValueSource(strings = {"OPTIONS", "GET"})
    void ofOptionsNoHeaderIsEmpty(String method) throws Exception {
        filter(method);
        var seen = (HttpServletResponse) Objects.requireNonNull(chain.getResponse());
        seen.addHeader("Accept-Patch", "");
        seen.addHeader("Allow", "GET");

        assertThat(response.getHeader("Allow")).isEqualTo("GET");
        assertThat(response.containsHeader("Accept-Patch")).isEqualTo(!method.equals("OPTIONS"));
    }
}
