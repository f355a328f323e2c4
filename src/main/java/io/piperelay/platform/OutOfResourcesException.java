package io.piperelay.platform;

import org.jspecify.annotations.Nullable;

/** A call that failed because descriptors, handles, processes or memory were exhausted; it may succeed later. */
public final class OutOfResourcesException extends NativeCallException {

    public OutOfResourcesException(String operation, @Nullable Integer code, String systemMessage) {
        super(operation, code, systemMessage);
    }
}
