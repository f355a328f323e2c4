package io.piperelay.bytes;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DelimiterSearchTests {

    private static final int MESSAGE = 1024 * 1024;

    private long comparisons;

    private DelimiterSearch.Bytes counted(byte[] bytes) {
        return offset -> {
            comparisons++;
            return bytes[(int) offset];
        };
    }

    private static byte[] letters(int count) {
        byte[] letters = new byte[count];
        Arrays.fill(letters, (byte) 'a');
        return letters;
    }

    private static Delimiter almostOnly(int letters) {
        return Delimiter.of("a".repeat(letters) + "b");
    }

    /** The end of the message, as found by searching each time that so many more bytes have arrived. */
    private long search(DelimiterSearch search, DelimiterSearch.Bytes bytes, long from, long end, int piece) {
        for (long limit = Math.min(end, from + piece); ; limit = Math.min(end, limit + piece)) {
            while (search.hasUnseen(from, limit)) {
                search.advance(bytes, limit);
            }
            long found = search.endOfMessage(from, limit);
            if (found > from || limit == end) {
                return found;
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 7, 1024, MESSAGE})
    void whateverTheDelimiterIsEachByteCostsTwoComparisonsAtMost(int piece) {
        var search = new DelimiterSearch(almostOnly(1023));

        assertThat(search(search, counted(letters(MESSAGE)), 0, MESSAGE, piece)).isZero();

        assertThat(comparisons).isLessThanOrEqualTo(2L * MESSAGE);
    }

    @Test
    void whatWasSeenIsNotLookedAtAgainWhenTheMessageBeginsLater() {
        var search = new DelimiterSearch(almostOnly(1023));
        DelimiterSearch.Bytes bytes = counted(letters(MESSAGE));
        for (int from = 0; from < MESSAGE; from += 1000) {
            assertThat(search(search, bytes, from, MESSAGE, MESSAGE)).isEqualTo(from);
        }

        assertThat(comparisons).isLessThanOrEqualTo(2L * MESSAGE);
    }

    @Test
    void aMessageThatBeginsEarlierIsLookedAtFromThere() {
        byte[] bytes = "a\nb\nc\n".getBytes(StandardCharsets.US_ASCII);
        var search = new DelimiterSearch(Delimiter.LF);

        assertThat(search(search, counted(bytes), 4, 6, 6)).isEqualTo(6);
        assertThat(search(search, counted(bytes), 1, 6, 6)).isEqualTo(2);
        assertThat(search(search, counted(bytes), 2, 6, 6)).isEqualTo(4);
    }

    @Test
    void withoutADelimiterAMessageEndsBehindItsLastByte() {
        var search = new DelimiterSearch(null);

        assertThat(search.hasUnseen(3, 9)).isFalse();
        assertThat(search.endOfMessage(3, 9)).isEqualTo(9);
    }

    /** Few letters, so that the delimiters overlap themselves and each other's beginnings. */
    @Test
    void everyDelimiterIsFoundWhereAPlainSearchFindsIt() {
        for (int seed = 0; seed < 20_000; seed++) {
            var random = new Random(seed);
            String text = letters(random, 60);
            String sought = letters(random, 1 + random.nextInt(6));
            byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
            var search = new DelimiterSearch(Delimiter.of(sought));
            int last = 0;
            for (int look = 0; look < 5; look++) {
                int from = random.nextInt(text.length());
                int end = from + random.nextInt(text.length() - from + 1);
                // Bytes that have arrived stay.
                end = from < last ? end : Math.max(end, (int) search.position());
                last = from;
                int plain = text.substring(0, end).indexOf(sought, from);
                long expected = plain < 0 ? from : plain + sought.length();

                assertThat(search(search, counted(bytes), from, end, 1 + random.nextInt(9)))
                        .as("seed %d: %s in %s from %d to %d", seed, sought, text, from, end)
                        .isEqualTo(expected);
            }
        }
    }

    private static String letters(Random random, int count) {
        var letters = new StringBuilder();
        for (int i = 0; i < count; i++) {
            letters.append((char) ('a' + random.nextInt(2)));
        }
        return letters.toString();
    }
}
