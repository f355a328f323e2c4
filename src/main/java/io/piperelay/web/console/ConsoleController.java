package io.piperelay.web.console;

import io.piperelay.web.access.ServicePath;
import io.piperelay.web.problem.ProblemException;
import io.piperelay.web.problem.ProblemType;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.Map;
import org.springframework.core.io.ClassPathResource;
import org.springframework.http.CacheControl;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.util.DigestUtils;
import org.springframework.util.StringUtils;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;

/**
 * The console: a page at the root of the service, and the files that it consists of, which are beside this class. None of
 * them contains anything of the session. Programs that did not ask for a page are told where everything is.
 */
@RestController
class ConsoleController {

    private static final String DIRECTIONS = """
            pipe-relay: talk to a console program over HTTP.

              {}/                   the console, in a browser
              {}/swagger-ui.html    the API, to read and to try
              {}/v3/api-docs.yaml   the same for tools
              {}/pipe               the session
            """;

    private static final Map<String, MediaType> TYPES = Map.of(
            "html", new MediaType(MediaType.TEXT_HTML, StandardCharsets.UTF_8),
            "css", new MediaType("text", "css", StandardCharsets.UTF_8),
            "js", new MediaType("text", "javascript", StandardCharsets.UTF_8),
            "svg", new MediaType("image", "svg+xml"));

    @GetMapping({"", "/"})
    ResponseEntity<byte[]> home(HttpServletRequest request) throws IOException {
        String prefix = ServicePath.prefix(request);
        if (ServicePath.of(request).isEmpty()) { // The page's links are relative to the folder that it is in.
            return ResponseEntity.status(HttpStatus.FOUND)
                    .location(URI.create(prefix + "/"))
                    .build();
        }
        if (asksForPage(request)) {
            return file("index.html");
        }
        return ResponseEntity.ok()
                .contentType(new MediaType(MediaType.TEXT_PLAIN, StandardCharsets.UTF_8))
                .varyBy(HttpHeaders.ACCEPT)
                .body(DIRECTIONS.replace("{}", prefix).getBytes(StandardCharsets.UTF_8));
    }

    /** As browsers do; curl accepts anything. */
    private static boolean asksForPage(HttpServletRequest request) {
        return MediaType.parseMediaTypes(Collections.list(request.getHeaders(HttpHeaders.ACCEPT))).stream()
                .anyMatch(MediaType.TEXT_HTML::equalsTypeAndSubtype);
    }

    @GetMapping("/console/{file:[a-z-]+\\.(?:css|js|svg)}")
    ResponseEntity<byte[]> file(@PathVariable String file) throws IOException {
        var resource = new ClassPathResource(file, ConsoleController.class);
        MediaType type = TYPES.get(StringUtils.getFilenameExtension(file));
        if (type == null || !resource.exists()) {
            throw new ProblemException(ProblemType.NOT_FOUND, "There is nothing here.");
        }
        byte[] content = resource.getContentAsByteArray();
        return ResponseEntity.ok()
                .contentType(type)
                .cacheControl(CacheControl.noCache())
                .varyBy(HttpHeaders.ACCEPT)
                .eTag("\"" + DigestUtils.md5DigestAsHex(content) + "\"")
                .body(content);
    }
}
