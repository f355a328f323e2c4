package io.piperelay.web.problem;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What went wrong with one request.
 *
 * @param detail a sentence for people; never a path, a class or a stack trace
 * @param members additional members of the document, by name
 */
public record Problem(ProblemType type, String detail, Map<String, @Nullable Object> members) {

    public Problem(ProblemType type, String detail) {
        this(type, detail, Map.of());
    }
}
