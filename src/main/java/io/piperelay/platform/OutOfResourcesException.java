package io.piperelay.platform;

/** A call that failed because descriptors, handles, processes or memory were used up: later it may succeed. */
public final class OutOfResourcesException extends NativeCallException {

    public OutOfResourcesException(String operation, int code, String systemMessage) {
        super(operation, code, systemMessage);
    }
}
