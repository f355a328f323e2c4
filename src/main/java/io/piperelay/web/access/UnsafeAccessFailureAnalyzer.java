package io.piperelay.web.access;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/** Tells an operator why the service did not start, and how it would. */
final class UnsafeAccessFailureAnalyzer extends AbstractFailureAnalyzer<UnsafeAccessException> {

    @Override
    protected FailureAnalysis analyze(Throwable rootFailure, UnsafeAccessException cause) {
        return new FailureAnalysis(cause.getMessage(), cause.action(), cause);
    }
}
