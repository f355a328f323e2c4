package io.piperelay.platform;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** A call of the operating system that failed. */
public sealed class NativeCallException extends IOException permits OutOfResourcesException {

    private final String operation;
    private final @Nullable Integer code;
    private final String systemMessage;

    /**
     * @param operation the call's name, as {@code CreatePipe} or {@code pipe2}
     * @param code the system's error code: GetLastError on Windows, errno elsewhere; null where the Java platform kept it
     *     to itself
     * @param systemMessage the system's own text for the code, or what the Java platform said instead
     */
    public NativeCallException(String operation, @Nullable Integer code, String systemMessage) {
        super(operation + " failed" + (code == null ? "" : " with code " + code) + ": " + systemMessage);
        this.operation = operation;
        this.code = code;
        this.systemMessage = systemMessage;
    }

    public String operation() {
        return operation;
    }

    public @Nullable Integer code() {
        return code;
    }

    public String systemMessage() {
        return systemMessage;
    }
}
