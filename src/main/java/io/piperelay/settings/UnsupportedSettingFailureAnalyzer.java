package io.piperelay.settings;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/** Tells an operator which setting it was. */
final class UnsupportedSettingFailureAnalyzer extends AbstractFailureAnalyzer<UnsupportedSettingException> {

    @Override
    protected FailureAnalysis analyze(Throwable rootFailure, UnsupportedSettingException cause) {
        return new FailureAnalysis(cause.getMessage(), "Leave it out.", cause);
    }
}
