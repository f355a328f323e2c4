package io.piperelay.bytes;

/** A text that can't be encoded as its reader needs it. */
public final class UnmappableTextException extends Exception {

    private final long position;

    UnmappableTextException(String message, long position) {
        super(message);
        this.position = position;
    }

    /** How many bytes of the text, in UTF-8, are before what can't be encoded. */
    public long position() {
        return position;
    }
}
