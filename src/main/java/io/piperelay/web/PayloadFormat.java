package io.piperelay.web;

import io.piperelay.web.problem.ProblemException;
import io.piperelay.web.problem.ProblemType;
import jakarta.servlet.http.HttpServletRequest;
import java.util.Collections;
import java.util.List;
import org.springframework.http.InvalidMediaTypeException;
import org.springframework.http.MediaType;
import org.springframework.util.MimeTypeUtils;

/** How output can be handed to a client; the first one serves those who do not care. */
enum PayloadFormat {
    TEXT("text/plain;charset=UTF-8"),
    BYTES("application/octet-stream"),
    JSON("application/json");

    private final String contentType;
    private final MediaType mediaType;

    PayloadFormat(String contentType) {
        this.contentType = contentType;
        this.mediaType = MediaType.parseMediaType(contentType);
    }

    String contentType() {
        return contentType;
    }

    /** Finds what the client prefers of what there is: <a href="https://www.rfc-editor.org/rfc/rfc9110#name-accept">RFC
     * 9110, 12.5.1</a>. */
    static PayloadFormat acceptedBy(HttpServletRequest request) {
        for (MediaType accepted : accepted(request)) {
            for (PayloadFormat format : values()) {
                if (accepted.getQualityValue() > 0 && accepted.isCompatibleWith(format.mediaType)) {
                    return format;
                }
            }
        }
        throw new ProblemException(
                ProblemType.NOT_ACCEPTABLE,
                "The output comes as text/plain, application/octet-stream or application/json.");
    }

    private static List<MediaType> accepted(HttpServletRequest request) {
        List<String> headers = Collections.list(request.getHeaders("Accept"));
        if (headers.isEmpty()) {
            return List.of(MediaType.ALL);
        }
        try {
            List<MediaType> accepted = MediaType.parseMediaTypes(headers);
            MimeTypeUtils.sortBySpecificity(accepted);
            accepted.sort((a, b) -> Double.compare(b.getQualityValue(), a.getQualityValue()));
            return accepted;
        } catch (InvalidMediaTypeException e) {
            throw new ProblemException(ProblemType.NOT_ACCEPTABLE, "The Accept header cannot be understood.");
        }
    }
}
