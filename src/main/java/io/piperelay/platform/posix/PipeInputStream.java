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
 * The read end of a pipe that the service keeps. A blocked read is released by {@link #close}, which the plain
 * close(2) would not do; that is why the bytes go through a channel, opened on the descriptor's path.
 */
final class PipeInputStream extends InputStream {

    private final Descriptor descriptor;
    private final FileChannel channel;

    /** Takes the descriptor over once it returns; until then, and if it throws, the caller owns it. */
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

    /** Asks the kernel, also while another thread reads. */
    @Override
    public int available() throws IOException {
        synchronized (descriptor) {
            if (!channel.isOpen()) {
                throw new ClosedChannelException(); // The descriptor's number may be somebody else's by now.
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
