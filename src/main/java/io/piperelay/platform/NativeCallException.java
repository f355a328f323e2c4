package io.piperelay.platform;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** A system call that failed. */
public sealed class NativeCallException extends IOException permits OutOfResourcesException {

    private final String operation;
    private final @Nullable Integer code;
    private final String systemMessage;

    /**
     * @param operation the call's name, such as {@code CreatePipe} or {@code pipe2}
     * @param code the system's error code: GetLastError on Windows, errno elsewhere; null if the JDK does not reveal it
     * @param systemMessage the system's own message for the code, or else the JDK's
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
