package io.piperelay.startup;

import org.jspecify.annotations.Nullable;

/** Why the service does not start, in a sentence or two that an operator can act on: it names the setting or the file. */
public final class StartException extends RuntimeException {

    public StartException(String message) {
        this(message, null);
    }

    public StartException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
