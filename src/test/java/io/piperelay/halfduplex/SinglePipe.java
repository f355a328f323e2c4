package io.piperelay.halfduplex;

import java.io.InputStream;
import java.io.OutputStream;

/**
 * An in-memory pipe like an operating system's, with both of its ends open to both sides: a bounded queue of bytes that
 * does not know who wrote them. Writes block while it is full; reads would block while it is empty, which is an error here.
 */
final class SinglePipe {

    private final byte[] bytes;
    private int first;
    private int size;
    private boolean everFull;

    SinglePipe(int capacity) {
        this.bytes = new byte[capacity];
    }

    InputStream readEnd() {
        return new ReadEnd();
    }

    OutputStream writeEnd() {
        return new WriteEnd();
    }

    synchronized int available() {
        return size;
    }

    /** Whether a writer had to wait for room. */
    synchronized boolean everHeldUpAWriter() {
        return everFull;
    }

    private synchronized void put(byte[] source, int offset, int length) {
        while (bytes.length - size < length) {
            everFull = true;
            awaitRoom();
        }
        for (int i = 0; i < length; i++) {
            bytes[(first + size++) % bytes.length] = source[offset + i];
        }
    }

    private synchronized int take(byte[] target, int offset, int length) {
        if (length > size) {
            throw new AssertionError("a read of " + length + " bytes would wait: the pipe holds " + size);
        }
        for (int i = 0; i < length; i++) {
            target[offset + i] = bytes[first];
            first = (first + 1) % bytes.length;
            size--;
        }
        notifyAll();
        return length;
    }

    @SuppressWarnings("WaitNotInLoop") // Each caller loops.
    private void awaitRoom() {
        try {
            wait();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private final class ReadEnd extends InputStream {

        @Override
        public int read() {
            throw new AssertionError("one read for each byte would show parts of a frame to the other side");
        }

        @Override
        public int read(byte[] target, int offset, int length) {
            return take(target, offset, length);
        }

        @Override
        public int available() {
            return SinglePipe.this.available();
        }
    }

    private final class WriteEnd extends OutputStream {

        @Override
        public void write(int value) {
            throw new AssertionError("one write for each byte would show parts of a frame to the other side");
        }

        @Override
        public void write(byte[] source, int offset, int length) {
            put(source, offset, length);
        }
    }
}
