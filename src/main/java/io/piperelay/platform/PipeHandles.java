package io.piperelay.platform;

/**
 * The service's own ends of the pipes, for display.
 *
 * @param readHandle the end that the child's output is read from: a Win32 HANDLE or a file descriptor, such as
 *     {@code 0x1a4}
 * @param writeHandle the end that the child's input is written to, in the same form
 * @param bufferSize the capacity of each pipe in bytes, as the system granted it
 */
public record PipeHandles(String readHandle, String writeHandle, int bufferSize) {

    /** Formats a handle or file descriptor in hexadecimal, as Windows tools do. */
    public static String show(long handle) {
        return "0x" + Long.toHexString(handle);
    }
}
