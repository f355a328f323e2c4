package io.piperelay.web.payload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.piperelay.web.problem.ProblemException;
import io.piperelay.web.problem.ProblemType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.mock.web.MockHttpServletRequest;

class PayloadFormatTests {

    private static PayloadFormat accepted(String... headers) {
        var request = new MockHttpServletRequest();
        for (String header : headers) {
            request.addHeader("Accept", header);
        }
        return PayloadFormat.acceptedBy(request);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "*/* | TEXT",
                "application/* | BYTES",
                "application/json | JSON",
                "application/octet-stream | BYTES",
                "text/plain;charset=UTF-8 | TEXT",
                "text/html, application/json | JSON",
                "application/json;q=0.5, application/octet-stream;q=0.6 | BYTES",
                "application/json, */*;q=0.1 | JSON",
                "text/plain;q=0, */* | BYTES",
                "*/*, text/plain;q=0, application/octet-stream;q=0 | JSON",
                "text/*;q=0.1, application/json;q=0.2 | JSON",
            })
    void whatIsPreferredIsFound(String accept, PayloadFormat format) {
        assertThat(accepted(accept)).isEqualTo(format);
    }

    @Test
    void withoutAHeaderItIsText() {
        assertThat(accepted()).isEqualTo(PayloadFormat.TEXT);
    }

    @Test
    void headersCountTogether() {
        assertThat(accepted("text/plain;q=0.1", "application/json")).isEqualTo(PayloadFormat.JSON);
    }

    @ParameterizedTest
    @ValueSource(strings = {"text/html", "image/*", "*/*;q=0", "text/plain;q=0", "nonsense", "text/plain;q=x"})
    void anythingElseIsNotAcceptable(String accept) {
        ProblemException refusal = catchThrowableOfType(ProblemException.class, () -> accepted(accept));

        assertThat(refusal.problem().type()).isEqualTo(ProblemType.NOT_ACCEPTABLE);
    }
}
