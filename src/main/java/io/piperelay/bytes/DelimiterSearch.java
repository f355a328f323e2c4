package io.piperelay.bytes;

import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Searches for the end of a message in bytes that keep arriving, looking at each of them once for each delimiter, whatever
 * pieces they arrive in and whatever the delimiters are (<a href="https://doi.org/10.1137/0206024">Knuth, Morris and Pratt,
 * Fast Pattern Matching in Strings</a>). It makes at most two comparisons per byte and delimiter.
 *
 * <p>Of several delimiters, the one that begins first ends the message, and of those that begin there, the longest. That is
 * decided on the bytes that have arrived: one that may still turn out to begin earlier, or to be longer, is not waited for,
 * because its rest may never come.
 *
 * <p>In encodings other than UTF-8, a byte of one character can be another character, so there the delimiters are sought among
 * the characters, which are {@linkplain DecodedCharacters decoded} from the message's beginning on.
 *
 * <p>Not thread-safe.
 */
public final class DelimiterSearch {

    public interface Bytes {
        byte at(long offset);
    }

    private static final int[] NONE = {};

    private final List<Delimiter> delimiters;
    /** Null if bytes are compared. */
    private final @Nullable DecodedCharacters characters;

    /** For each delimiter, how many bytes or characters before the position match its beginning. */
    private final int[] matched;

    private long start;
    /** After the last byte that was searched. */
    private long position;

    private @Nullable Delimiter found;
    private long foundAt;
    private long foundEnd;

    /** @param delimiters of which any ends the message; may be empty, and then there is nothing to search for */
    public DelimiterSearch(List<Delimiter> delimiters) {
        this.delimiters = delimiters;
        this.characters = null;
        this.matched = delimiters.isEmpty() ? NONE : new int[delimiters.size()];
    }

    /**
     * The same for text in this encoding; then even a search for nothing tells where characters end.
     *
     * @param line what precedes the message's beginning in its line
     */
    public DelimiterSearch(List<Delimiter> delimiters, TextEncoding encoding, DecodedCharacters.Line line) {
        this.delimiters = delimiters.stream().map(Delimiter::inCharacters).toList();
        int longest = this.delimiters.stream().mapToInt(Delimiter::length).max().orElse(1);
        this.characters = new DecodedCharacters(encoding, line, longest);
        this.matched = new int[delimiters.size()];
    }

    /** Whether the search has not yet reached the message's beginning. */
    public boolean lagsBehind(long from) {
        return position > 0 && position < from;
    }

    /**
     * Whether bytes before the limit still have to be searched before the end of the message is known.
     *
     * @param from where the message begins, which may have changed since the last call; bytes after it that have been
     *     searched are not searched again, except for those of a delimiter that no longer counts
     */
    public boolean hasUnseen(long from, long limit) {
        if (delimiters.isEmpty() && characters == null) {
            return false;
        }
        if (from < start || from > end() || (found != null && from > foundAt)) {
            restart(from);
        }
        start = from;
        for (int i = 0; i < matched.length; i++) {
            while (matched[i] > 0 && startOf(matched[i]) < start) {
                matched[i] = delimiters.get(i).border(matched[i]);
            }
        }
        return position < limit && !isDecided();
    }

    private void restart(long from) {
        found = null;
        position = from;
        Arrays.fill(matched, 0);
        if (characters != null) {
            characters.restart(from);
        }
    }

    /** Where the last so many bytes or characters begin. */
    private long startOf(int length) {
        return characters == null ? position - length : characters.startOf(length);
    }

    private long end() {
        return characters == null ? position : characters.end();
    }

    /** Whether no delimiter that began before the position can replace the one that was found. */
    private boolean isDecided() {
        if (found == null) {
            return false;
        }
        for (int length : matched) {
            if (length > 0 && startOf(length) <= foundAt) {
                return false;
            }
        }
        return true;
    }

    /** The offset after the last byte that was searched. */
    public long position() {
        return position;
    }

    /** The delimiter that ends the message, as far as it has been searched; null if none does. */
    public @Nullable Delimiter found() {
        return found;
    }

    /** Where the message ends: the offset after the delimiter, or {@code from} itself if the message continues. */
    public long endOfMessage(long from) {
        return found == null ? from : foundEnd;
    }

    /** Where the last whole character before the limit ends, as far as that was searched; the limit itself where bytes are. */
    public long wholeCharacters(long limit) {
        return characters == null ? limit : characters.end();
    }

    /** Searches the bytes from the position on, up to the limit or until the end of the message is known. */
    public void advance(Bytes bytes, long limit) {
        while (position < limit && !isDecided()) {
            if (isBeforeTheOnlyOne()) {
                skip(bytes, limit - 1);
            }
            byte next = bytes.at(position);
            position++;
            if (characters == null) {
                compare((char) (next & 0xFF));
            } else {
                characters.add(next, this::compare);
            }
        }
    }

    /** Whether all that counts is where a single delimiter may begin. */
    private boolean isBeforeTheOnlyOne() {
        return matched.length == 1 && matched[0] == 0 && characters == null && found == null;
    }

    /** Most bytes begin no delimiter. */
    private void skip(Bytes bytes, long limit) {
        byte first = delimiters.get(0).first();
        long next = position;
        while (next < limit && bytes.at(next) != first) {
            next++;
        }
        position = next;
    }

    private void compare(char unit) {
        for (int i = 0; i < matched.length; i++) {
            compare(i, unit);
        }
    }

    private void compare(int i, char unit) {
        Delimiter delimiter = delimiters.get(i);
        int length = matched[i];
        while (length > 0 && unit != delimiter.at(length)) {
            length = delimiter.border(length);
        }
        if (length > 0 || unit == delimiter.at(0)) {
            length++;
        }
        if (length == delimiter.length()) {
            note(delimiter, startOf(length));
            length = delimiter.border(length);
        }
        matched[i] = length;
    }

    /** Of delimiters that begin at the same byte, the one that is complete later is longer. */
    private void note(Delimiter delimiter, long at) {
        if (found == null || at <= foundAt) {
            found = delimiter;
            foundAt = at;
            foundEnd = end();
        }
    }
}
