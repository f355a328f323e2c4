package io.piperelay.web.access;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A bearer token (<a href="https://www.rfc-editor.org/rfc/rfc6750">RFC 6750</a>), kept as a digest: it cannot be shown or
 * logged, and a comparison takes the same time whatever was presented.
 */
public final class AccessToken {

    private static final String SCHEME = "Bearer ";

    /** b64token of RFC 6750, long enough not to be guessed. */
    private static final Pattern ACCEPTABLE = Pattern.compile("[A-Za-z0-9._~+/-]{16,512}=*");

    private final byte[] digest;

    /** @throws IllegalArgumentException if the token is too short, or has characters that a header cannot carry */
    public AccessToken(String token) {
        if (!ACCEPTABLE.matcher(token).matches()) {
            throw new IllegalArgumentException(
                    "a token has 16 to 512 characters, letters, digits and -._~+/ , such as 'openssl rand -hex 32' gives");
        }
        this.digest = digest(token);
    }

    /** Whether the value of an Authorization header presents this token. */
    boolean isPresentedBy(@Nullable String authorization) {
        return authorization != null
                && authorization.regionMatches(true, 0, SCHEME, 0, SCHEME.length())
                && is(authorization.substring(SCHEME.length()).strip());
    }

    /** Whether one of the subprotocols that a WebSocket's client offers presents this token, percent-encoded or not. */
    boolean isOfferedIn(Stream<String> subprotocols) {
        return subprotocols
                .filter(TokenProtocol::isOne)
                .map(protocol -> decoded(TokenProtocol.tokenIn(protocol)))
                .anyMatch(this::is);
    }

    /** Whether a URL's query contains the token, under whatever name, percent-encoded or not. */
    boolean isShownBy(@Nullable String query) {
        return query != null
                && Stream.of(query.split("&"))
                        .flatMap(parameter -> Stream.of(parameter, parameter.substring(parameter.indexOf('=') + 1)))
                        .map(AccessToken::decoded)
                        .anyMatch(this::is);
    }

    /** Leaves a token unchanged, since none contains a percent sign. */
    private static String decoded(String text) {
        try {
            return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            return text;
        }
    }

    private boolean is(String text) {
        return MessageDigest.isEqual(digest, digest(text));
    }

    private static byte[] digest(String token) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(token.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
