package io.piperelay.web.access;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AccessTokenTests {

    private final AccessToken token = new AccessToken("ab+cd/ef~0123456789==");

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ab+cd/ef~0123456789==",
                "t=ab+cd/ef~0123456789==",
                "x=1&t=ab%2Bcd%2Fef%7E0123456789%3D%3D&y=2",
                "ab%2bcd/ef~0123456789%3d%3d"
            })
    void isSeenInAUrlHoweverItIsWritten(String query) {
        assertThat(token.isShownBy(query)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "t=", "t=ab+cd", "until=%zz", "max=1&offset=2"})
    void isNotSeenWhereItIsNot(String query) {
        assertThat(token.isShownBy(query)).isFalse();
    }

    @Test
    void isPresentedAsABearerTokenOnly() {
        assertThat(token.isPresentedBy("Bearer ab+cd/ef~0123456789==")).isTrue();
        assertThat(token.isPresentedBy("bearer  ab+cd/ef~0123456789== ")).isTrue();
        assertThat(token.isPresentedBy("Basic ab+cd/ef~0123456789==")).isFalse();
        assertThat(token.isPresentedBy("Bearer ab+cd/ef~0123456789=")).isFalse();
        assertThat(token.isPresentedBy(null)).isFalse();
    }

    @Test
    void isPresentedAsASubprotocolToo() {
        assertThat(token.isOfferedIn(Stream.of("json.x", "bearer.ab+cd%2Fef~0123456789%3D%3D")))
                .isTrue();
        assertThat(token.isOfferedIn(Stream.of("Bearer.ab%2Bcd%2Fef%7E0123456789%3d%3d")))
                .isTrue();
        assertThat(token.isOfferedIn(Stream.of("bearer.ab+cd", "ab+cd%2Fef~0123456789%3D%3D")))
                .isFalse();
        assertThat(token.isOfferedIn(Stream.empty())).isFalse();
    }
}
