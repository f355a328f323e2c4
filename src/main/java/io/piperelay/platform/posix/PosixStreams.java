package io.piperelay.platform.posix;

import io.piperelay.platform.NativeCallException;
import io.piperelay.platform.NonBlockingPipes;
import java.io.IOException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** The service's ends of a child's pipes, opened together and closed together. */
record PosixStreams(PipeOutputStream input, PipeInputStream output, PipeInputStream errors)
        implements NonBlockingPipes, AutoCloseable {

    /** Takes ownership of the descriptors; closes all of them if it throws. */
    static PosixStreams open(Descriptor input, Descriptor output, Descriptor errors) throws NativeCallException {
        PipeOutputStream inputStream = null;
        PipeInputStream outputStream = null;
        try {
            inputStream = new PipeOutputStream(input);
            outputStream = new PipeInputStream(output);
            return new PosixStreams(inputStream, outputStream, new PipeInputStream(errors));
        } catch (IOException e) {
            closeQuietly(inputStream, outputStream, input, output, errors);
            throw Errno.failed("open", e);
        }
    }

    @Override
    public boolean write(byte[] bytes, int offset, int length) {
        return input.writeNow(bytes, offset, length);
    }

    @Override
    public @Nullable Integer untaken() {
        return input.untaken();
    }

    @Override
    public int read(byte[] target, int offset, int length, Duration patience) {
        return output.readSoon(target, offset, length, patience);
    }

    @Override
    public void close() {
        closeQuietly(input, output, errors);
    }

    private static void closeQuietly(@Nullable AutoCloseable... closeables) {
        for (AutoCloseable closeable : closeables) {
            try {
                if (closeable != null) {
                    closeable.close();
                }
            } catch (Exception e) {
                // The descriptor is released anyway (close(2)), and a pipe has nothing to flush.
            }
        }
    }
}
