package io.piperelay.platform.posix;

import com.sun.jna.LastErrorException;
import io.piperelay.platform.BrokenPipeException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The service's write end of a pipe; the counterpart of {@link PipeInputStream}. Its channel waits for room in the pipe; calls of
 * the descriptor itself never do, if its owner has {@linkplain Descriptor#neverWait said so}.
 */
final class PipeOutputStream extends OutputStream {

    private final Descriptor descriptor;
    private final FileChannel channel;

    /** Takes ownership of the descriptor when it returns; if it throws, the caller still owns it. */
    PipeOutputStream(Descriptor descriptor) throws IOException {
        this.descriptor = descriptor;
        this.channel = FileChannel.open(descriptor.path(), StandardOpenOption.WRITE);
    }

    @Override
    public void write(int value) throws IOException {
        write(new byte[] {(byte) value}, 0, 1);
    }

    @Override
    public void write(byte[] buffer, int offset, int length) throws IOException {
        var bytes = ByteBuffer.wrap(buffer, offset, length);
        try {
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
        } catch (ClosedChannelException e) {
            throw e;
        } catch (IOException e) {
            throw nobodyReads() ? new BrokenPipeException() : e;
        }
    }

    /** @return false if nothing was written, because there is no room for all of the bytes, or writing fails */
    boolean writeNow(byte[] buffer, int offset, int length) {
        if (length > LibC.PIPE_BUF) {
            return false;
        }
        byte[] bytes = Arrays.copyOfRange(buffer, offset, offset + length);
        synchronized (descriptor) {
            try {
                return channel.isOpen() && LibC.write(descriptor.number(), bytes, length) == length;
            } catch (LastErrorException e) {
                return false;
            }
        }
    }

    /** How many bytes nobody has read yet, even while another thread writes; null once this end is closed. */
    @Nullable Integer untaken() {
        synchronized (descriptor) {
            try {
                return channel.isOpen() ? descriptor.bytesInThePipe() : null;
            } catch (LastErrorException e) {
                return null;
            }
        }
    }

    /** A failed write's exception gives its cause only in the locale's language; POLLERR gives it in any. */
    private boolean nobodyReads() {
        try {
            return (descriptor.poll(LibC.POLLOUT, 0) & LibC.POLLERR) != 0;
        } catch (LastErrorException e) {
            return false;
        }
    }

    @Override
    public void close() throws IOException {
        try {
            channel.close();
        } finally {
            synchronized (descriptor) {
                descriptor.close();
            }
        }
    }
}
