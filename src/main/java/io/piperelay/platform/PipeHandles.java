package io.piperelay.platform;

/**
 * The service's own ends of the pipes, for people to look at.
 *
 * @param readHandle the end that the child's output is read from: a Win32 HANDLE or a file descriptor, as {@code 0x1a4}
 * @param writeHandle the end that the child's input is written to, likewise
 * @param bufferSize the capacity of each pipe in bytes, as the system granted it
 */
public record PipeHandles(String readHandle, String writeHandle, int bufferSize) {

    /** How a handle or a file descriptor is shown: in hexadecimal, as Windows' own tools do. */
    public static String show(long handle) {
        return "0x" + Long.toHexString(handle);
    }
}
