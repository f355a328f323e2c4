package io.piperelay.platform;

import java.io.IOException;

/**
 * The other end of the pipe has been closed by all who held it: EPIPE in <a
 * href="https://man7.org/linux/man-pages/man2/write.2.html">write(2)</a>, ERROR_BROKEN_PIPE or ERROR_NO_DATA of <a
 * href="https://learn.microsoft.com/windows/win32/api/fileapi/nf-fileapi-writefile">WriteFile</a>.
 */
public final class BrokenPipeException extends IOException {

    public BrokenPipeException() {
        super("the other end of the pipe is closed");
    }
}
