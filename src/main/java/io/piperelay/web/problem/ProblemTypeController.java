package io.piperelay.web.problem;

import jakarta.servlet.http.HttpServletRequest;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;

/** What the {@code type} of a problem document leads to. */
@RestController
class ProblemTypeController {

    @GetMapping(path = "/problems/{slug}", produces = MediaType.APPLICATION_JSON_VALUE)
    ResponseEntity<Explanation> explain(@PathVariable String slug, HttpServletRequest request) {
        ProblemType type = ProblemType.ofSlug(slug)
                .orElseThrow(() -> new ProblemException(ProblemType.NOT_FOUND, "There is no such type of problem."));
        List<Locale> preferred = Collections.list(request.getLocales());
        return ResponseEntity.ok()
                .header(HttpHeaders.CONTENT_LANGUAGE, ProblemType.language(preferred))
                .body(Explanation.of(type, request.getContextPath(), preferred));
    }

    /** @param explanation when it occurs, and what to do then */
    record Explanation(String type, String slug, int status, String title, String explanation) {

        static Explanation of(ProblemType type, String prefix, List<Locale> preferred) {
            return new Explanation(
                    prefix + type.uri(),
                    type.slug(),
                    type.status(),
                    type.title(preferred),
                    type.explanation(preferred));
        }
    }
}
