package io.piperelay.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.SequenceInputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class RepliesTests {

    private final ByteArrayOutputStream output = new ByteArrayOutputStream();
    private final ByteArrayOutputStream errors = new ByteArrayOutputStream();

    @Test
    void messageWithNulIsAnsweredWithTheBareText() throws IOException {
        assertThat(answersTo("Bingo hen shuai\0")).isEqualTo("ok");
    }

    @Test
    void lineIsAnsweredWithALine() throws IOException {
        assertThat(answersTo("one\n", "two\n")).isEqualTo("ok\nok\n");
    }

    @Test
    void emptyLineIsAMessageToo() throws IOException {
        assertThat(answersTo("\n\n\0")).isEqualTo("ok\nok\nok");
    }

    @Test
    void messageInSeveralPartsIsOneMessage() throws IOException {
        assertThat(answersTo("on", "e l", "ine", "\n")).isEqualTo("ok\n");
        assertThat(reports()).contains("received 9 bytes: \"one line\\n\"");
    }

    @Test
    void whatHasNoTerminatorIsAnsweredAtTheEnd() throws IOException {
        assertThat(answersTo("one\ntwo")).isEqualTo("ok\nok");
    }

    @Test
    void noInputIsNoMessage() throws IOException {
        assertThat(answersTo()).isEmpty();
        assertThat(reports()).isEmpty();
    }

    @Test
    void whatHasNoTerminatorIsAnsweredWhereItsEndIsKnown() throws IOException {
        run(() -> true, "one", "two", "three\n");

        assertThat(output.toString(StandardCharsets.UTF_8)).isEqualTo("okokok\n");
    }

    @Test
    void textIsUtf8OnTheWire() throws IOException {
        replies(parts("x\0"), output, () -> false, "你好").run();

        assertThat(output.toByteArray()).isEqualTo("你好".getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void answerLeavesBeforeItsReport() throws IOException {
        OutputStream unreported = new OutputStream() {
            @Override
            public void write(int value) {
                assertThat(errors.size()).isZero();
                output.write(value);
            }
        };
        replies(parts("x\n"), unreported, () -> false, "ok").run();

        assertThat(output.toString(StandardCharsets.UTF_8)).isEqualTo("ok\n");
        assertThat(reports()).isNotEmpty();
    }

    @Test
    void manyShortMessagesAreAllAnswered() throws IOException {
        assertThat(answersTo("\n".repeat(200_000))).isEqualTo("ok\n".repeat(200_000));
    }

    @Test
    void messageOfAnyLengthIsOneMessage() throws IOException {
        String[] megabytes = Collections.nCopies(10, "x".repeat(1_000_000)).toArray(String[]::new);
        run(() -> false, megabytes);

        assertThat(output.toString(StandardCharsets.UTF_8)).isEqualTo("ok");
        assertThat(reports()).startsWith("received 10000000 bytes: \"xxx");
    }

    private String answersTo(String... parts) throws IOException {
        run(() -> false, parts);
        return output.toString(StandardCharsets.UTF_8);
    }

    private void run(MessageEnd messageEnd, String... parts) throws IOException {
        replies(parts(parts), output, messageEnd, "ok").run();
    }

    private Replies replies(InputStream input, OutputStream target, MessageEnd messageEnd, String text) {
        return new Replies(input, target, messageEnd, text, new Reports(errors));
    }

    private String reports() {
        return errors.toString(StandardCharsets.UTF_8);
    }

    /** Each part arrives in a read of its own. */
    private static InputStream parts(String... parts) {
        List<InputStream> streams = Arrays.stream(parts)
                .<InputStream>map(part -> new ByteArrayInputStream(part.getBytes(StandardCharsets.UTF_8)))
                .toList();
        return new SequenceInputStream(Collections.enumeration(streams));
    }
}
