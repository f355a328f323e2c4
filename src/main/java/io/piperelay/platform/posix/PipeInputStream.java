package io.piperelay.platform.posix;

import com.sun.jna.LastErrorException;
import com.sun.jna.Memory;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The service's read end of a pipe. {@link #close} releases a blocked read, which a plain close(2) would not do; that is why
 * the bytes go through a channel, opened on the descriptor's path. Calls of the descriptor itself never wait, if its owner has
 * {@linkplain Descriptor#neverWait said so}; the channel always does.
 */
final class PipeInputStream extends InputStream {

    /** How much one call moves: what a pipe holds unless its size is set. */
    private static final int BUFFER_SIZE = 64 * 1024;

    private final Descriptor descriptor;
    private final FileChannel channel;

    /** Of {@link #readSoon}; allocated when it is first needed. */
    private @Nullable Memory buffer;

    /** Takes ownership of the descriptor when it returns; if it throws, the caller still owns it. */
    PipeInputStream(Descriptor descriptor) throws IOException {
        this.descriptor = descriptor;
        this.channel = FileChannel.open(descriptor.path(), StandardOpenOption.READ);
    }

    @Override
    public int read() throws IOException {
        byte[] single = new byte[1];
        return read(single, 0, 1) < 0 ? -1 : single[0] & 0xFF;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
        return channel.read(ByteBuffer.wrap(buffer, offset, length));
    }

    /** @return 0 if nothing arrived in time, or nothing ever will */
    int readSoon(byte[] target, int offset, int length, Duration patience) {
        try {
            return descriptor.poll(LibC.POLLIN, (int) patience.toMillis()) != 0 ? readNow(target, offset, length) : 0;
        } catch (LastErrorException e) {
            return 0;
        }
    }

    private int readNow(byte[] target, int offset, int length) {
        synchronized (descriptor) {
            if (!channel.isOpen()) {
                return 0;
            }
            if (buffer == null) {
                buffer = new Memory(BUFFER_SIZE);
            }
            int count = LibC.read(descriptor.number(), buffer, Math.min(length, BUFFER_SIZE));
            buffer.read(0, target, offset, count);
            return count;
        }
    }

    /** Asks the kernel, even while another thread reads. */
    @Override
    public int available() throws IOException {
        synchronized (descriptor) {
            if (!channel.isOpen()) {
                throw new ClosedChannelException(); // The descriptor's number may have been reused by now.
            }
            try {
                return descriptor.bytesInThePipe();
            } catch (LastErrorException e) {
                throw Errno.failed("ioctl(FIONREAD)", e);
            }
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
