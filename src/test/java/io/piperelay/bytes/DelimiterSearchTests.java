package io.piperelay.bytes;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DelimiterSearchTests {

    private static final int MESSAGE = 1024 * 1024;

    private long comparisons;

    /** A delimiter of which it is counted how often it is compared. */
    private final class Counted implements CharSequence {

        private final String text;

        Counted(String text) {
            this.text = text;
        }

        @Override
        public int length() {
            return text.length();
        }

        @Override
        public char charAt(int index) {
            comparisons++;
            return text.charAt(index);
        }

        @Override
        public CharSequence subSequence(int start, int end) {
            return text.substring(start, end);
        }
    }

    private static DelimiterSearch.Bytes of(byte[] bytes) {
        return offset -> bytes[(int) offset];
    }

    private static byte[] letters(int count) {
        byte[] letters = new byte[count];
        Arrays.fill(letters, (byte) 'a');
        return letters;
    }

    private Delimiter almostOnly(int letters) {
        String text = "a".repeat(letters) + "b";
        var counted = new Delimiter(text, text, new Counted(text));
        comparisons = 0;
        return counted;
    }

    private static DelimiterSearch searchFor(Delimiter... delimiters) {
        return new DelimiterSearch(List.of(delimiters));
    }

    /** The end of the message, as found by searching each time that so many more bytes have arrived. */
    private long search(DelimiterSearch search, DelimiterSearch.Bytes bytes, long from, long end, int piece) {
        for (long limit = Math.min(end, from + piece); ; limit = Math.min(end, limit + piece)) {
            while (search.hasUnseen(from, limit)) {
                search.advance(bytes, limit);
            }
            long found = search.endOfMessage(from);
            if (found > from || limit == end) {
                return found;
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 7, 1024, MESSAGE})
    void whateverTheDelimiterIsEachByteCostsTwoComparisonsAtMost(int piece) {
        DelimiterSearch search = searchFor(almostOnly(1023));

        assertThat(search(search, of(letters(MESSAGE)), 0, MESSAGE, piece)).isZero();

        assertThat(comparisons).isLessThanOrEqualTo(2L * MESSAGE);
    }

    /** All of them begin with the same letters, so that each goes on being a candidate until the last moment. */
    @ParameterizedTest
    @ValueSource(ints = {1, 7, 1024, MESSAGE})
    void severalDelimitersCostThatEach(int piece) {
        Delimiter[] delimiters = new Delimiter[8];
        Arrays.setAll(delimiters, i -> almostOnly(1023 - 100 * i));
        DelimiterSearch search = searchFor(delimiters);

        assertThat(search(search, of(letters(MESSAGE)), 0, MESSAGE, piece)).isZero();

        assertThat(comparisons).isLessThanOrEqualTo(2L * delimiters.length * MESSAGE);
    }

    @Test
    void whatWasSeenIsNotLookedAtAgainWhenTheMessageBeginsLater() {
        DelimiterSearch search = searchFor(almostOnly(1023));
        DelimiterSearch.Bytes bytes = of(letters(MESSAGE));
        for (int from = 0; from < MESSAGE; from += 1000) {
            assertThat(search(search, bytes, from, MESSAGE, MESSAGE)).isEqualTo(from);
        }

        assertThat(comparisons).isLessThanOrEqualTo(2L * MESSAGE);
    }

    @Test
    void aMessageThatBeginsEarlierIsLookedAtFromThere() {
        byte[] bytes = "a\nb\nc\n".getBytes(StandardCharsets.US_ASCII);
        DelimiterSearch search = searchFor(Delimiter.LF);

        assertThat(search(search, of(bytes), 4, 6, 6)).isEqualTo(6);
        assertThat(search(search, of(bytes), 1, 6, 6)).isEqualTo(2);
        assertThat(search(search, of(bytes), 2, 6, 6)).isEqualTo(4);
    }

    @Test
    void withoutADelimiterThereIsNothingToSearchFor() {
        DelimiterSearch search = searchFor();

        assertThat(search.hasUnseen(3, 9)).isFalse();
        assertThat(search.endOfMessage(3)).isEqualTo(3);
        assertThat(search.found()).isNull();
    }

    private String found(String text, String... delimiters) {
        byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
        DelimiterSearch search =
                searchFor(Arrays.stream(delimiters).map(Delimiter::of).toArray(Delimiter[]::new));
        long end = search(search, of(bytes), 0, bytes.length, bytes.length);
        return text.substring(0, (int) end) + "|"
                + (search.found() == null ? "" : search.found().name());
    }

    @Test
    void theDelimiterThatBeginsFirstEndsTheMessage() {
        assertThat(found("a.b;c", ";", ".")).isEqualTo("a.|.");
        assertThat(found("a\r\nb", "\n", "\r\n")).isEqualTo("a\r\n|\r\n");
        assertThat(found("xabcdx", "c", "abcd")).isEqualTo("xabcd|abcd");
        assertThat(found("xabcxx", "c", "abcd"))
                .as("what began earlier went on differently")
                .isEqualTo("xabc|c");
    }

    @Test
    void ofThoseThatBeginTogetherTheLongestDoes() {
        assertThat(found("1aab", "a", "aa", "aab")).isEqualTo("1aab|aab");
        assertThat(found("1aac", "aab", "aa", "a")).isEqualTo("1aa|aa");
    }

    /** The rest of a longer one may never come: a prompt is complete although another begins with it. */
    @Test
    void whatIsIncompleteIsNotWaitedFor() {
        assertThat(found("1 > ", "> ", "> > ")).isEqualTo("1 > |> ");
        assertThat(found("xabc", "c", "abcd")).isEqualTo("xabc|c");
    }

    @Test
    void severalDelimitersAreFoundWhereAPlainSearchFindsThem() {
        for (int seed = 0; seed < 20_000; seed++) {
            var random = new Random(seed);
            String text = letters(random, 60);
            List<Delimiter> sought = new ArrayList<>();
            for (int i = 1 + random.nextInt(4); i > 0; i--) {
                sought.add(Delimiter.of(letters(random, 1 + random.nextInt(6))));
            }
            var search = new DelimiterSearch(sought);
            int from = 0;
            int limit = 0;
            while (limit < text.length()) {
                limit = Math.min(text.length(), limit + 1 + random.nextInt(9));
                while (search.hasUnseen(from, limit)) {
                    search.advance(of(text.getBytes(StandardCharsets.US_ASCII)), limit);
                }
                long expected = plainEnd(text.substring(0, limit), from, sought);
                assertThat(search.endOfMessage(from))
                        .as(
                                "seed %d: %s in %s from %d to %d",
                                seed, sought.stream().map(Delimiter::name).toList(), text, from, limit)
                        .isEqualTo(expected);
                from = random.nextInt(8) == 0 ? random.nextInt(limit) : (int) expected;
            }
        }
    }

    private static long plainEnd(String text, int from, List<Delimiter> sought) {
        int start = text.length();
        int end = from;
        for (Delimiter delimiter : sought) {
            int at = text.indexOf(delimiter.name(), from);
            if (at >= 0 && (at < start || (at == start && at + delimiter.text().length() > end))) {
                start = at;
                end = at + delimiter.text().length();
            }
        }
        return end;
    }

    /** Few letters, so that the delimiters overlap themselves and each other's beginnings. */
    @Test
    void everyDelimiterIsFoundWhereAPlainSearchFindsIt() {
        for (int seed = 0; seed < 20_000; seed++) {
            var random = new Random(seed);
            String text = letters(random, 60);
            String sought = letters(random, 1 + random.nextInt(6));
            byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
            DelimiterSearch search = searchFor(Delimiter.of(sought));
            int last = 0;
            for (int look = 0; look < 5; look++) {
                int from = random.nextInt(text.length());
                int end = from + random.nextInt(text.length() - from + 1);
                // Bytes that have arrived stay.
                end = from < last ? end : Math.max(end, (int) search.position());
                last = from;
                int plain = text.substring(0, end).indexOf(sought, from);
                long expected = plain < 0 ? from : plain + sought.length();

                assertThat(search(search, of(bytes), from, end, 1 + random.nextInt(9)))
                        .as("seed %d: %s in %s from %d to %d", seed, sought, text, from, end)
                        .isEqualTo(expected);
            }
        }
    }

    // Text that is not UTF-8

    private static DelimiterSearch searchText(String charset, Delimiter... delimiters) {
        TextEncoding encoding = Objects.requireNonNull(TextEncoding.of(Charset.forName(charset)));
        return new DelimiterSearch(List.of(delimiters), encoding, offset -> new byte[0]);
    }

    /** The number of bytes up to and including the delimiter; 0 if there is none. */
    private long foundInText(String charset, String hex, String delimiter) {
        byte[] bytes = HexFormat.of().parseHex(hex);
        DelimiterSearch whole = searchText(charset, Delimiter.of(delimiter));
        DelimiterSearch single = searchText(charset, Delimiter.of(delimiter));
        long end = search(whole, of(bytes), 0, bytes.length, bytes.length);
        assertThat(search(single, of(bytes), 0, bytes.length, 1))
                .as("byte by byte")
                .isEqualTo(end);
        return end;
    }

    @Test
    void aByteOfACharacterIsNoDelimiter() {
        assertThat(foundInText("Shift_JIS", "955C5C", "\\"))
                .as("0x5C ends a character")
                .isEqualTo(3);
        assertThat(foundInText("Shift_JIS", "955C0A", "\n")).isEqualTo(3);
        assertThat(foundInText("UTF-16LE", "050A003041000A00", "\n"))
                .as("not aligned")
                .isEqualTo(8);
        assertThat(foundInText("ISO-2022-JP", "1B2442467C1B284246", "F"))
                .as("shifted")
                .isEqualTo(9);
        assertThat(foundInText("GBK", "B0A1A1A1", "\u3000")).isEqualTo(4);
        assertThat(foundInText("GBK", "B0A1A1B0", "\u3000"))
                .as("across two characters")
                .isZero();
    }

    @Test
    void bytesThatAreNoCharacterHideNoDelimiter() {
        assertThat(foundInText("GBK", "FF810A61", "\n")).isEqualTo(3);
        assertThat(foundInText("UTF-16LE", "3DD80A006100", "\n")).isEqualTo(4);
    }

    @Test
    void whatIsBeforeInItsLineSaysWhatABytesMeans() {
        TextEncoding encoding = Objects.requireNonNull(TextEncoding.of(Charset.forName("ISO-2022-JP")));
        byte[] bytes = HexFormat.of().parseHex("1B2442467C467C");
        DelimiterSearch.Bytes from = offset -> bytes[(int) offset];
        DelimiterSearch.Bytes shifted = from;
        var search = new DelimiterSearch(
                List.of(Delimiter.of("\u65e5")), encoding, offset -> Arrays.copyOf(bytes, (int) offset));

        assertThat(search(search, shifted, 5, 7, 1)).isEqualTo(7);
    }

    @Test
    void aSearchForNothingTellsWhereCharactersEnd() {
        DelimiterSearch search = searchText("GBK");
        byte[] bytes = HexFormat.of().parseHex("61C4E3BA");

        for (int limit = 1; limit <= bytes.length; limit++) {
            while (search.hasUnseen(0, limit)) {
                search.advance(of(bytes), limit);
            }
            assertThat(search.wholeCharacters(limit)).isEqualTo(limit == 2 ? 1 : limit == 4 ? 3 : limit);
        }
        assertThat(search.hasUnseen(1, 4)).as("from the second character on").isFalse();
    }

    @Test
    void charactersAreComparedNoMoreOftenThanBytes() {
        DelimiterSearch search = searchText("UTF-16LE", almostOnly(1023));
        byte[] bytes = "a".repeat(MESSAGE / 4).getBytes(StandardCharsets.UTF_16LE);
        comparisons = 0;
        for (int from = 0; from < bytes.length; from += 1000) {
            assertThat(search(search, of(bytes), from, bytes.length, 999)).isEqualTo(from);
        }

        assertThat(search.position()).isEqualTo(bytes.length);
    }

    private static String letters(Random random, int count) {
        var letters = new StringBuilder();
        for (int i = 0; i < count; i++) {
            letters.append((char) ('a' + random.nextInt(2)));
        }
        return letters.toString();
    }
}
