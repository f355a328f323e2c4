package io.piperelay.platform.posix;

import com.sun.jna.LastErrorException;
import com.sun.jna.ptr.IntByReference;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.file.StandardOpenOption;

/**
 * The service's read end of a pipe. {@link #close} releases a blocked read, which a plain close(2) would not do; that is
 * why the bytes go through a channel, opened on the descriptor's path.
 */
final class PipeInputStream extends InputStream {

    private final Descriptor descriptor;
    private final FileChannel channel;

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

    /** Asks the kernel, even while another thread reads. */
    @Override
    public int available() throws IOException {
        synchronized (descriptor) {
            if (!channel.isOpen()) {
                throw new ClosedChannelException(); // The descriptor's number may have been reused by now.
            }
            return bytesInThePipe();
        }
    }

    private int bytesInThePipe() throws IOException {
        var count = new IntByReference();
        try {
            LibC.ioctl(descriptor.number(), LibC.FIONREAD, count);
        } catch (LastErrorException e) {
            throw Errno.failed("ioctl(FIONREAD)", e);
        }
        return count.getValue();
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
