package io.piperelay.web.tomcat;

import java.nio.ByteBuffer;
import org.apache.tomcat.util.net.SocketBufferHandler;
import org.jspecify.annotations.Nullable;

/**
 * A connection's two buffers: small, and large only while many bytes are being moved. Without them, either each idle
 * connection would hold buffers that only streams need, or streams would be slow: Tomcat's own buffers never shrink.
 *
 * <p>Tomcat alternately fills and drains a buffer, and calls that "for write" and "for read". Used by one thread at a time;
 * only {@link #reset}, when the connection is closed, may be called by another.
 */
final class SocketBuffers extends SocketBufferHandler {

    /** Larger than the head of an ordinary request or answer. */
    static final int SMALL = 4096;

    private static final ByteBuffer NONE = ByteBuffer.allocate(0);

    /** One direction. */
    private static final class Buffer {

        private volatile ByteBuffer bytes = NONE;
        private volatile boolean filling = true;
        private volatile LargeBuffers.@Nullable Loan loan;

        void fill() {
            if (!filling) {
                bytes.compact();
                filling = true;
            }
        }

        void drain() {
            if (filling) {
                bytes.flip();
                filling = false;
            }
        }

        boolean isEmpty() {
            return filling ? bytes.position() == 0 : !bytes.hasRemaining();
        }

        boolean isWritable() {
            return bytes.capacity() == 0 || (filling ? bytes.hasRemaining() : !bytes.hasRemaining());
        }

        /** The buffer itself, which is there only while it is used. */
        ByteBuffer bytes() {
            if (bytes.capacity() == 0) {
                ByteBuffer fresh = ByteBuffer.allocate(SMALL);
                bytes = filling ? fresh : fresh.flip();
            }
            return bytes;
        }

        /** Gives it up if it is small and empty. */
        void rest() {
            if (bytes.capacity() == SMALL && isEmpty()) {
                bytes = NONE;
            }
        }

        void moveTo(ByteBuffer other) {
            drain();
            bytes = other.put(bytes);
            filling = true;
        }

        void expand(int size) {
            if (bytes.capacity() < size) {
                moveTo(ByteBuffer.allocate(size));
            }
        }

        void enlarge(LargeBuffers lender) {
            LargeBuffers.Loan newLoan = loan == null ? lender.lend() : null;
            if (newLoan != null) {
                moveTo(newLoan.buffer());
                loan = newLoan;
            }
        }

        /** Shrinks it, unless it holds more than fits into a small one. */
        void shrink(int size) {
            LargeBuffers.Loan oldLoan = loan;
            if (oldLoan == null) {
                return;
            }
            fill();
            if (bytes.position() <= size) {
                moveTo(ByteBuffer.allocate(size));
                loan = null;
                oldLoan.giveBack();
            }
        }

        void reset() {
            LargeBuffers.Loan oldLoan = loan;
            if (oldLoan != null) {
                bytes = NONE;
                loan = null;
                oldLoan.abandon();
            }
            bytes.clear();
            filling = true;
        }
    }

    private final Buffer read = new Buffer();
    private final Buffer write = new Buffer();
    private final LargeBuffers lender;

    /** The size of a small buffer; with TLS, a record has to fit in. */
    private volatile int small = SMALL;

    SocketBuffers(LargeBuffers lender) {
        super(0, 0, false);
        this.lender = lender;
    }

    /** Many bytes are to be read. */
    void enlargeRead() {
        read.enlarge(lender);
    }

    void shrinkRead() {
        read.shrink(small);
    }

    /** Many bytes are to be written. */
    void enlargeWrite() {
        write.enlarge(lender);
    }

    void shrinkWrite() {
        write.shrink(small);
    }

    /** Nothing is to be moved for a while. */
    void rest() {
        read.rest();
        write.rest();
    }

    @Override
    public void configureReadBufferForWrite() {
        read.fill();
    }

    @Override
    public void configureReadBufferForRead() {
        read.drain();
    }

    @Override
    public ByteBuffer getReadBuffer() {
        return read.bytes();
    }

    @Override
    public boolean isReadBufferEmpty() {
        return read.isEmpty();
    }

    /** Frames that a client has sent behind its handshake come back from the buffer for headers, which is larger. */
    @Override
    public void unReadReadBuffer(ByteBuffer returned) {
        read.drain();
        byte[] behind = new byte[read.bytes().remaining()];
        read.bytes().get(behind);
        read.fill();
        read.expand(returned.remaining() + behind.length);
        read.bytes().put(returned).put(behind);
    }

    @Override
    public void configureWriteBufferForWrite() {
        write.fill();
    }

    @Override
    public void configureWriteBufferForRead() {
        write.drain();
    }

    @Override
    public boolean isWriteBufferWritable() {
        return write.isWritable();
    }

    @Override
    public ByteBuffer getWriteBuffer() {
        return write.bytes();
    }

    @Override
    public boolean isWriteBufferEmpty() {
        return write.isEmpty();
    }

    @Override
    public void reset() {
        read.reset();
        write.reset();
    }

    /** Called by TLS, which needs space for a record. */
    @Override
    public void expand(int size) {
        small = Math.max(small, size);
        read.expand(size);
        write.expand(size);
    }

    @Override
    public void free() {
        read.reset();
        write.reset();
    }
}
