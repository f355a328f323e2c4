package io.piperelay.platform;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A child's stdin and stdout for threads that must not block in native calls. Nobody may write or read here while another
 * thread uses the stream that {@link ChildProcess} has for the same pipe. Neither fails: the stream's blocking call will say
 * what is wrong.
 */
public interface NonBlockingPipes {

    /**
     * Writes all of the bytes, if the pipe has room for them at this moment.
     *
     * @return false if none were written
     */
    boolean write(byte[] bytes, int offset, int length);

    /**
     * How many bytes in the pipe to its stdin the child has not read yet; null once the pipe is closed here. May be called at any
     * time.
     */
    @Nullable Integer untaken();

    /**
     * Reads what is in the pipe, or else the first bytes to arrive.
     *
     * @param patience how long to wait for them; a few milliseconds, because a virtual thread keeps its carrier meanwhile
     * @return how many bytes were read; 0 if none arrived in time, or none ever will
     */
    int read(byte[] target, int offset, int length, Duration patience);
}
