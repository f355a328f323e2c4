package io.piperelay.platform;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** A system call that failed. */
public sealed class NativeCallException extends IOException permits OutOfResourcesException {

    private final String operation;
    private final @Nullable Integer code;
    private final String systemMessage;
    private final @Nullable String advice;

    public NativeCallException(String operation, @Nullable Integer code, String systemMessage) {
        this(operation, code, systemMessage, null);
    }

    /**
     * @param operation the call's name, such as {@code CreatePipe} or {@code pipe2}
     * @param code the system's error code: GetLastError on Windows, errno elsewhere; null if the JDK does not reveal it
     * @param systemMessage the system's own message for the code, or else the JDK's
     * @param advice what it means and what to do about it, in whole sentences; null if the message says enough
     */
    public NativeCallException(
            String operation, @Nullable Integer code, String systemMessage, @Nullable String advice) {
        super(operation + " failed" + (code == null ? "" : " with code " + code) + ": " + systemMessage
                + (advice == null ? "" : " " + advice));
        this.operation = operation;
        this.code = code;
        this.systemMessage = systemMessage;
        this.advice = advice;
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

    /** What it means and what to do about it, in whole sentences; null if the system's message says enough. */
    public @Nullable String advice() {
        return advice;
    }
}
