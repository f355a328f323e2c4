package io.piperelay.web;

import io.piperelay.platform.Topology;
import io.piperelay.web.payload.ClientPace;
import io.piperelay.web.payload.DeadlineInputStream;
import io.piperelay.web.problem.ProblemException;
import io.piperelay.web.problem.ProblemType;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.http.InvalidMediaTypeException;
import org.springframework.http.MediaType;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The body of {@code POST /pipe}, read strictly. It is optional, and so is each of its members.
 *
 * @param bufferSize in bytes, 0 to {@value #LARGEST_BUFFER}; 0 leaves it to the system
 */
record CreateRequest(String child, Topology topology, int bufferSize) {

    /** The most that Linux grants an unprivileged process: pipe-max-size of pipe(7). */
    private static final int LARGEST_BUFFER = 1024 * 1024;

    private static final int LONGEST_BODY = 64 * 1024;
    private static final Set<String> MEMBERS = Set.of("child", "topology", "bufferSize");
    private static final String DEFAULT_CHILD = "agent";

    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build();

    /** @param pace at which the body has to arrive */
    static CreateRequest of(HttpServletRequest request, ClientPace pace) throws IOException {
        if (request.getContentLengthLong() > 0) {
            checkHeaders(request);
        }
        byte[] body = new DeadlineInputStream(request, pace).readNBytes(LONGEST_BODY + 1);
        if (body.length == 0) {
            return new CreateRequest(DEFAULT_CHILD, Topology.DUPLEX, 0);
        }
        checkHeaders(request);
        if (body.length > LONGEST_BODY) {
            throw tooLarge();
        }
        return parse(body);
    }

    private static void checkHeaders(HttpServletRequest request) {
        if (!isJson(request.getContentType())) {
            throw new ProblemException(
                    ProblemType.UNSUPPORTED_MEDIA_TYPE,
                    "The body must be JSON: send it with 'Content-Type: application/json', or send none.");
        }
        if (request.getContentLengthLong() > LONGEST_BODY) {
            throw tooLarge();
        }
    }

    private static ProblemException tooLarge() {
        return new ProblemException(
                ProblemType.REQUEST_TOO_LARGE, "The body must have at most " + LONGEST_BODY + " bytes.");
    }

    private static boolean isJson(@Nullable String contentType) {
        try {
            return contentType != null && MediaType.APPLICATION_JSON.includes(MediaType.parseMediaType(contentType));
        } catch (InvalidMediaTypeException e) {
            return false;
        }
    }

    /**
     * Reads member by member: bound to a class, Jackson would accept numbers as text and as topologies, and report a number
     * that is too large for an int as invalid JSON.
     */
    static CreateRequest parse(byte[] body) {
        JsonNode document = document(body);
        if (!document.isObject()) {
            throw invalid("The body must be a JSON object.");
        }
        if (!MEMBERS.containsAll(document.propertyNames())) {
            throw invalid("The body must have no members but child, topology and bufferSize.");
        }
        return new CreateRequest(
                child(document.path("child")),
                topology(document.path("topology")),
                bufferSize(document.path("bufferSize")));
    }

    private static JsonNode document(byte[] body) {
        try {
            return JSON.readTree(body);
        } catch (JacksonException e) {
            throw invalid("The body is not valid JSON.");
        }
    }

    private static String child(JsonNode child) {
        if (isAbsent(child)) {
            return DEFAULT_CHILD;
        }
        if (!child.isString()) {
            throw invalid("'child' must be the name of a child profile.");
        }
        return child.stringValue();
    }

    private static Topology topology(JsonNode topology) {
        if (isAbsent(topology)) {
            return Topology.DUPLEX;
        }
        return Stream.of(Topology.values())
                .filter(candidate ->
                        topology.isString() && topology.stringValue().equals(candidate.toString()))
                .findFirst()
                .orElseThrow(() -> invalid("'topology' must be duplex or shared."));
    }

    private static int bufferSize(JsonNode size) {
        if (isAbsent(size)) {
            return 0;
        }
        if (!size.isIntegralNumber()
                || !size.canConvertToInt()
                || size.intValue() < 0
                || size.intValue() > LARGEST_BUFFER) {
            throw invalid("'bufferSize' must be a whole number of bytes from 0 to " + LARGEST_BUFFER + ".");
        }
        return size.intValue();
    }

    private static boolean isAbsent(JsonNode member) {
        return member.isMissingNode() || member.isNull();
    }

    private static ProblemException invalid(String expectation) {
        return new ProblemException(ProblemType.INVALID_BODY, expectation);
    }
}
