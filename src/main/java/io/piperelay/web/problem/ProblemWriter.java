package io.piperelay.web.problem;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/**
 * Writes a problem document as the whole answer to a request: <a href="https://www.rfc-editor.org/rfc/rfc9457">RFC
 * 9457</a>. What was prepared of another answer is dropped; one that is on its way already stays as it is.
 */
public final class ProblemWriter {

    private static final String RETRY_AFTER_SECONDS = "1";
    private static final String NOTED = ProblemWriter.class.getName() + ".noted";

    private static final Map<String, String> ALWAYS = Map.of(
            "Content-Type", "application/problem+json",
            "Cache-Control", "no-store",
            "X-Content-Type-Options", "nosniff",
            "Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'");

    private final JsonMapper json = JsonMapper.shared();

    public void write(Problem problem, HttpServletRequest request, HttpServletResponse response) throws IOException {
        if (response.isCommitted()) {
            return;
        }
        String allow = response.getHeader("Allow");
        String challenge = response.getHeader("WWW-Authenticate");
        response.reset();
        set(response, "Allow", allow);
        set(response, "WWW-Authenticate", challenge);
        List<Locale> preferred = Collections.list(request.getLocales());
        byte[] body = json.writeValueAsBytes(document(problem, preferred, request.getRequestURI()));
        response.setStatus(problem.type().status());
        ALWAYS.forEach(response::setHeader);
        response.setHeader("Content-Language", ProblemType.language(preferred));
        set(response, "Retry-After", problem.type().status() == 503 ? RETRY_AFTER_SECONDS : null);
        set(response, "Connection", endsConnection(problem, request) ? "close" : null);
        response.setContentLength(body.length);
        response.getOutputStream().write(body);
        response.flushBuffer();
    }

    /**
     * Writes it; or notes it for the container's report, if that is what answers, because the container has refused the
     * request already.
     */
    public void writeOrNote(Problem problem, HttpServletRequest request, HttpServletResponse response)
            throws IOException {
        request.setAttribute(NOTED, problem);
        write(problem, request, response);
    }

    /** What the container's refusal of a request means, if anybody knows better than the container. */
    public static @Nullable Problem noted(HttpServletRequest request) {
        return (Problem) request.getAttribute(NOTED);
    }

    /**
     * The last that is said on a connection, for where there is no request to answer by the servlet API.
     *
     * @param instance the path that was asked for
     */
    public byte[] closingAnswer(Problem problem, String instance) {
        byte[] body = json.writeValueAsBytes(document(problem, List.of(), instance));
        var head = new StringBuilder("HTTP/1.1 " + problem.type().status() + " \r\n");
        ALWAYS.forEach((name, value) -> head.append(name + ": " + value + "\r\n"));
        head.append("Content-Language: " + ProblemType.language(List.of()) + "\r\n");
        head.append("Connection: close\r\nContent-Length: " + body.length + "\r\n\r\n");
        var answer = new ByteArrayOutputStream();
        answer.writeBytes(head.toString().getBytes(StandardCharsets.US_ASCII));
        answer.writeBytes(body);
        return answer.toByteArray();
    }

    /** What is left of a chunked body is not waited for: the connection ends here, and the client should know. */
    private static boolean endsConnection(Problem problem, HttpServletRequest request) {
        return problem.type() == ProblemType.TOO_MANY_CONNECTIONS || request.getHeader("Transfer-Encoding") != null;
    }

    private static Map<String, @Nullable Object> document(Problem problem, List<Locale> preferred, String instance) {
        Map<String, @Nullable Object> document = new LinkedHashMap<>();
        document.put("type", problem.type().uri());
        document.put("title", problem.type().title(preferred));
        document.put("status", problem.type().status());
        document.put("detail", problem.detail());
        document.put("instance", instance);
        document.putAll(problem.members());
        return document;
    }

    private static void set(HttpServletResponse response, String name, @Nullable String value) {
        if (value != null) {
            response.setHeader(name, value);
        }
    }
}
