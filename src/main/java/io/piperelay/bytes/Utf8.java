package io.piperelay.bytes;

/** Where characters begin and end in UTF-8: <a href="https://www.rfc-editor.org/rfc/rfc3629#section-3">RFC 3629, 3</a>. */
public final class Utf8 {

    private static final int LONGEST_CHARACTER = 4;

    private Utf8() {}

    /** How many bytes at the end of the first {@code count} are the beginning of an incomplete character, 0 to 3. */
    public static int incompleteEnd(byte[] bytes, int count) {
        for (int length = 1; length < LONGEST_CHARACTER && length <= count; length++) {
            byte candidate = bytes[count - length];
            if (!isContinuation(candidate)) {
                return lengthOfCharacter(candidate) > length ? length : 0;
            }
        }
        return 0;
    }

    /** How many of the first {@code count} bytes are the end of a character that began earlier, 0 to 3. */
    public static int tornBeginning(byte[] bytes, int count) {
        int length = 0;
        while (length < LONGEST_CHARACTER - 1 && length < count && isContinuation(bytes[length])) {
            length++;
        }
        return length;
    }

    private static boolean isContinuation(byte value) {
        return (value & 0b1100_0000) == 0b1000_0000;
    }

    /** As given by its first byte; 1 for a byte that begins no character. */
    private static int lengthOfCharacter(byte first) {
        if ((first & 0b1110_0000) == 0b1100_0000) {
            return 2;
        }
        if ((first & 0b1111_0000) == 0b1110_0000) {
            return 3;
        }
        return (first & 0b1111_1000) == 0b1111_0000 ? LONGEST_CHARACTER : 1;
    }
}
