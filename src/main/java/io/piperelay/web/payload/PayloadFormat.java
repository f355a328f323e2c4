package io.piperelay.web.payload;

import io.piperelay.web.problem.ProblemException;
import io.piperelay.web.problem.ProblemType;
import jakarta.servlet.http.HttpServletRequest;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import org.springframework.http.InvalidMediaTypeException;
import org.springframework.http.MediaType;

/** The formats in which a client can get output; the first one is the default. */
enum PayloadFormat {
    TEXT("text/plain;charset=UTF-8"),
    BYTES("application/octet-stream"),
    JSON("application/json");

    private final String contentType;

    @SuppressWarnings("ImmutableEnumChecker") // A media type is immutable, but not declared so.
    private final MediaType mediaType;

    PayloadFormat(String contentType) {
        this.contentType = contentType;
        this.mediaType = MediaType.parseMediaType(contentType);
    }

    String contentType() {
        return contentType;
    }

    /** The format that the client prefers: <a href="https://www.rfc-editor.org/rfc/rfc9110#name-accept">RFC
     * 9110, 12.5.1</a>. */
    static PayloadFormat acceptedBy(HttpServletRequest request) {
        List<MediaType> ranges = mostSpecificFirst(request);
        List<MediaType> preferred = new ArrayList<>(ranges);
        preferred.sort(Comparator.comparingDouble(MediaType::getQualityValue).reversed());
        for (MediaType range : preferred) {
            for (PayloadFormat format : values()) {
                if (range.isCompatibleWith(format.mediaType) && !format.isRefusedBy(ranges)) {
                    return format;
                }
            }
        }
        throw new ProblemException(
                ProblemType.NOT_ACCEPTABLE,
                "The output is available as text/plain, application/octet-stream or application/json.");
    }

    /** The most specific range that matches decides: {@code text/plain;q=0} refuses it whatever {@code *}{@code /*} says. */
    private boolean isRefusedBy(List<MediaType> ranges) {
        return ranges.stream()
                .filter(range -> range.isCompatibleWith(mediaType))
                .findFirst()
                .map(range -> range.getQualityValue() == 0)
                .orElse(true);
    }

    private static List<MediaType> mostSpecificFirst(HttpServletRequest request) {
        List<String> headers = Collections.list(request.getHeaders("Accept"));
        if (headers.isEmpty()) {
            return List.of(MediaType.ALL);
        }
        try {
            List<MediaType> accepted = MediaType.parseMediaTypes(headers);
            // Not MediaType's own order, in which a higher quality counts as more specific.
            return accepted.stream()
                    .sorted(Comparator.comparing(MediaType::isWildcardType).thenComparing(MediaType::isWildcardSubtype))
                    .toList();
        } catch (InvalidMediaTypeException e) {
            throw new ProblemException(ProblemType.NOT_ACCEPTABLE, "The Accept header cannot be parsed.");
        }
    }
}
