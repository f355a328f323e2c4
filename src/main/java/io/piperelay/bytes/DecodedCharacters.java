package io.piperelay.bytes;

/**
 * The characters of a text whose bytes are added one by one, by where those bytes are.
 *
 * <p>Not thread-safe.
 */
public final class DecodedCharacters {

    /** Knows what precedes an offset in the same line, if that decides what the bytes after it mean. */
    @FunctionalInterface
    public interface Line {
        byte[] before(long offset);
    }

    /** Receives characters, which are complete. */
    @FunctionalInterface
    interface Target {
        void append(char character);
    }

    private final TextDecoder decoder;
    private final Line line;
    private final byte[] single = new byte[1];
    /** Where each of the last characters begins. */
    private final long[] starts;

    private long count;
    private long position;
    private long end;

    /** @param remembered of how many characters at the end the beginning is known, at least 1 */
    DecodedCharacters(TextEncoding encoding, Line line, int remembered) {
        this.decoder = TextEncoding.decoder(encoding, 1);
        this.line = line;
        this.starts = new long[remembered];
    }

    /** Forgets all characters. */
    void restart(long from) {
        byte[] before = line.before(from);
        decoder.reset();
        decoder.goOnBehind(before);
        position = from;
        end = from;
    }

    /** Where the last character ends. */
    long end() {
        return end;
    }

    /** Where the last so many characters begin. */
    long startOf(int characters) {
        return starts[(int) ((count - characters) % starts.length)];
    }

    void add(byte value, Target target) {
        single[0] = value;
        position++;
        decoder.decode(single, 0, 1, text -> pass(text, target));
        end = position - decoder.unfinished();
    }

    private void pass(CharSequence text, Target target) {
        long begin = end;
        end = position - decoder.unfinished();
        for (int i = 0; i < text.length(); i++) {
            starts[(int) (count++ % starts.length)] = begin;
            target.append(text.charAt(i));
        }
    }
}
