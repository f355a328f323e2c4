package io.piperelay.session;

import io.piperelay.platform.BrokenPipeException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/**
 * An in-memory pipe that behaves like an operating system's: writes block while it is full and reads while it is empty; a
 * read ends when the other end is closed, and fails when its own is; a write fails once nobody can read.
 */
final class MemoryPipe {

    private final byte[] bytes;
    private int size;
    private boolean readEndClosed;
    private boolean writeEndClosed;
    private final InputStream readEnd = new ReadEnd();
    private final OutputStream writeEnd = new WriteEnd();

    MemoryPipe(int capacity) {
        this.bytes = new byte[capacity];
    }

    InputStream readEnd() {
        return readEnd;
    }

    OutputStream writeEnd() {
        return writeEnd;
    }

    synchronized void closeReadEnd() {
        readEndClosed = true;
        notifyAll();
    }

    synchronized void closeWriteEnd() {
        writeEndClosed = true;
        notifyAll();
    }

    synchronized boolean isClosed() {
        return readEndClosed && writeEndClosed;
    }

    private synchronized int read(byte[] target, int offset, int length) throws IOException {
        while (size == 0 && length > 0 && !readEndClosed && !writeEndClosed) {
            pause();
        }
        if (readEndClosed) {
            throw new IOException("the read end is closed");
        }
        int count = Math.min(length, size);
        System.arraycopy(bytes, 0, target, offset, count);
        size -= count;
        System.arraycopy(bytes, count, bytes, 0, size);
        notifyAll();
        return count == 0 && length > 0 ? -1 : count;
    }

    private synchronized void write(byte[] source, int offset, int length) throws IOException {
        for (int written = 0; written < length; ) {
            while (size == bytes.length && !readEndClosed && !writeEndClosed) {
                pause();
            }
            if (writeEndClosed) {
                throw new IOException("the write end is closed");
            }
            if (readEndClosed) {
                throw new BrokenPipeException();
            }
            int count = Math.min(length - written, bytes.length - size);
            System.arraycopy(source, offset + written, bytes, size, count);
            size += count;
            written += count;
            notifyAll();
        }
    }

    private synchronized int available() {
        return size;
    }

    @SuppressWarnings("WaitNotInLoop") // Each caller loops.
    private void pause() throws IOException {
        try {
            wait();
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
    }

    private final class ReadEnd extends InputStream {

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] target, int offset, int length) throws IOException {
            return MemoryPipe.this.read(target, offset, length);
        }

        @Override
        public int available() {
            return MemoryPipe.this.available();
        }

        @Override
        public void close() {
            closeReadEnd();
        }
    }

    private final class WriteEnd extends OutputStream {

        @Override
        public void write(int value) throws IOException {
            write(new byte[] {(byte) value}, 0, 1);
        }

        @Override
        public void write(byte[] source, int offset, int length) throws IOException {
            MemoryPipe.this.write(source, offset, length);
        }

        @Override
        public void close() {
            closeWriteEnd();
        }
    }
}
