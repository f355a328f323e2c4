package io.piperelay.halfduplex;

/** One of the two processes that share the pipe, told apart by whether the size of a frame is even or odd. */
enum Side {
    PARENT(0),
    CHILD(1);

    private final int parity;

    Side(int parity) {
        this.parity = parity;
    }

    Side peer() {
        return this == PARENT ? CHILD : PARENT;
    }

    /** Whether a pipe that holds so many bytes holds a frame of this side. */
    boolean wrote(int available) {
        return available > 0 && available % 2 == parity;
    }

    /** The size that a frame of this side is padded to. */
    int padded(int size) {
        return size % 2 == parity ? size : size + 1;
    }
}
