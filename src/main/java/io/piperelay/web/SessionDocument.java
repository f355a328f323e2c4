package io.piperelay.web;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import io.piperelay.session.SessionStatus;
import io.piperelay.web.problem.DiagnosisText;
import jakarta.servlet.http.HttpServletRequest;
import org.jspecify.annotations.Nullable;

/** A session's state, with its diagnosis in the client's language. */
record SessionDocument(
        @JsonUnwrapped @JsonIgnoreProperties("diagnosis") SessionStatus session,
        @Nullable DiagnosisText diagnosis) {

    static SessionDocument of(SessionStatus status, HttpServletRequest request) {
        return new SessionDocument(status, DiagnosisText.of(status.diagnosis(), request));
    }
}
