package io.piperelay.web.problem;

import io.piperelay.session.Diagnosis;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/**
 * Writes a problem document as the whole answer to a request: <a href="https://www.rfc-editor.org/rfc/rfc9457">RFC
 * 9457</a>. What has been prepared of another answer is dropped; one that has already begun is left alone.
 */
public final class ProblemWriter {

    private static final String RETRY_AFTER_SECONDS = "1";
    private static final String NOTED = ProblemWriter.class.getName() + ".noted";

    private static final Map<String, String> ALWAYS = Map.of(
            "Content-Type", "application/problem+json",
            "Cache-Control", "no-store",
            "X-Content-Type-Options", "nosniff",
            "Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'");

    /** Headers that remain valid even if the answer becomes a problem. */
    private static final List<String> KEPT = List.of(
            "Allow",
            "Connection",
            "Upgrade",
            "Sec-WebSocket-Version",
            "WWW-Authenticate",
            "Pipe-Session",
            "Pipe-Input-Offset",
            "Pipe-Input-Next");

    /** What must be encoded in a path, including a percent sign that encodes nothing: RFC 3986, 3.3. */
    private static final Pattern NO_PATH_CHARACTER =
            Pattern.compile("%(?![0-9A-Fa-f]{2})|[^A-Za-z0-9._~!$&'()*+,;=:@/%-]");

    private final JsonMapper json = JsonMapper.shared();
    private final Map<ProblemType, Long> written = new ConcurrentHashMap<>();

    /** How many documents of this type have been written. */
    public long count(ProblemType type) {
        return written.getOrDefault(type, 0L);
    }

    public void write(Problem problem, HttpServletRequest request, HttpServletResponse response) throws IOException {
        if (response.isCommitted()) {
            return;
        }
        Map<String, @Nullable String> kept = new LinkedHashMap<>();
        KEPT.forEach(name -> kept.put(name, response.getHeader(name)));
        response.reset();
        kept.forEach((name, value) -> set(response, name, value));
        List<Locale> preferred = preferred(request);
        byte[] body = json.writeValueAsBytes(
                document(problem, preferred, request.getContextPath(), instance(request.getRequestURI())));
        response.setStatus(problem.type().status());
        ALWAYS.forEach(response::setHeader);
        response.setHeader("Content-Language", ProblemType.language(preferred));
        set(response, "Retry-After", problem.type().status() == 503 ? RETRY_AFTER_SECONDS : null);
        set(response, "Connection", endsConnection(problem, request) ? "close" : null);
        response.setContentLength(body.length);
        response.getOutputStream().write(body);
        response.flushBuffer();
    }

    /** Makes the documents of problems that a connection has after this request has been answered. */
    public Function<Problem, String> documents(HttpServletRequest request) {
        List<Locale> preferred = preferred(request);
        String prefix = request.getContextPath();
        String instance = instance(request.getRequestURI());
        return problem -> json.writeValueAsString(document(problem, preferred, prefix, instance));
    }

    /**
     * Writes it; or, if the container has already refused the request and will answer itself, notes it for the container's
     * report.
     */
    public void writeOrNote(Problem problem, HttpServletRequest request, HttpServletResponse response)
            throws IOException {
        request.setAttribute(NOTED, problem);
        write(problem, request, response);
    }

    /** What the container should report instead of its own reason, if anything. */
    public static @Nullable Problem noted(HttpServletRequest request) {
        return (Problem) request.getAttribute(NOTED);
    }

    /**
     * The last answer on a connection, for when there is no request that could be answered through the servlet API.
     *
     * @param path the requested path; null if it is not known
     */
    public byte[] closingAnswer(Problem problem, @Nullable String path) {
        byte[] body = json.writeValueAsBytes(document(problem, List.of(), "", instance(path)));
        var head = new StringBuilder("HTTP/1.1 " + problem.type().status() + " \r\n");
        ALWAYS.forEach((name, value) -> head.append(name + ": " + value + "\r\n"));
        head.append("Content-Language: " + ProblemType.language(List.of()) + "\r\n");
        head.append("Connection: close\r\nContent-Length: " + body.length + "\r\n\r\n");
        var answer = new ByteArrayOutputStream();
        answer.writeBytes(head.toString().getBytes(StandardCharsets.US_ASCII));
        answer.writeBytes(body);
        return answer.toByteArray();
    }

    /** The rest of a chunked body is not read: the connection ends here, and the client should know. */
    private static boolean endsConnection(Problem problem, HttpServletRequest request) {
        return problem.type() == ProblemType.TOO_MANY_CONNECTIONS || request.getHeader("Transfer-Encoding") != null;
    }

    /** A header that the container refused has a name but no value, upon which the container itself would fail. */
    static List<Locale> preferred(HttpServletRequest request) {
        List<@Nullable String> headers = Collections.list(request.getHeaders("Accept-Language"));
        return headers.isEmpty() || headers.contains(null) ? List.of() : Collections.list(request.getLocales());
    }

    /**
     * The target's path as a URI reference (<a href="https://www.rfc-editor.org/rfc/rfc3986#section-4.1">RFC 3986,
     * 4.1</a>), or the root if the target has no valid path.
     */
    static String instance(@Nullable String path) {
        if (path == null || !path.startsWith("/")) {
            return "/";
        }
        return NO_PATH_CHARACTER
                .matcher(path)
                .replaceAll(character -> URLEncoder.encode(character.group(), StandardCharsets.UTF_8)
                        .replace("+", "%20"));
    }

    private Map<String, @Nullable Object> document(
            Problem problem, List<Locale> preferred, String prefix, String instance) {
        written.merge(problem.type(), 1L, Long::sum);
        Map<String, @Nullable Object> document = new LinkedHashMap<>();
        document.put("type", prefix + problem.type().uri());
        document.put("title", problem.type().title(preferred));
        document.put("status", problem.type().status());
        document.put("detail", problem.detail());
        document.put("instance", instance);
        problem.members()
                .forEach((name, value) -> document.put(
                        name, value instanceof Diagnosis diagnosis ? DiagnosisText.of(diagnosis, preferred) : value));
        return document;
    }

    private static void set(HttpServletResponse response, String name, @Nullable String value) {
        if (value != null) {
            response.setHeader(name, value);
        }
    }
}
