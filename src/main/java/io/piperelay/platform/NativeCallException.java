package io.piperelay.platform;

import java.io.IOException;

/** A call of the operating system that failed. */
public sealed class NativeCallException extends IOException permits OutOfResourcesException {

    private final String operation;
    private final int code;
    private final String systemMessage;

    /**
     * @param operation the call's name, as {@code CreatePipe} or {@code pipe2}
     * @param code the system's error code: GetLastError on Windows, errno elsewhere
     * @param systemMessage the system's own text for the code
     */
    public NativeCallException(String operation, int code, String systemMessage) {
        super(operation + " failed with code " + code + ": " + systemMessage);
        this.operation = operation;
        this.code = code;
        this.systemMessage = systemMessage;
    }

    public String operation() {
        return operation;
    }

    public int code() {
        return code;
    }

    public String systemMessage() {
        return systemMessage;
    }
}
