package io.piperelay.web.problem;

import io.piperelay.session.Diagnosis;
import jakarta.servlet.http.HttpServletRequest;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A diagnosis as clients get it.
 *
 * @param detail what it usually means, and what to do, in the client's language
 */
public record DiagnosisText(Diagnosis code, String detail) {

    public static @Nullable DiagnosisText of(@Nullable Diagnosis diagnosis, HttpServletRequest request) {
        return diagnosis == null ? null : of(diagnosis, ProblemWriter.preferred(request));
    }

    static DiagnosisText of(Diagnosis diagnosis, List<Locale> preferred) {
        return new DiagnosisText(diagnosis, ProblemType.texts(preferred).getString("diagnosis." + diagnosis));
    }
}
