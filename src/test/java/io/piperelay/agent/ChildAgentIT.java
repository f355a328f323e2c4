package io.piperelay.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.piperelay.Later;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;

/** The agent as a process of its own, on two pipes. */
@Timeout(value = 60, threadMode = ThreadMode.SEPARATE_THREAD)
class ChildAgentIT {

    private Process agent;

    // Buffered, because FileInputStream's own readAllBytes asks for a length, which a pipe does not have everywhere.
    private InputStream output;
    private InputStream errors;

    @AfterEach
    void killAgent() {
        agent.destroyForcibly();
    }

    @Test
    void everyByteComesBackAsItIs() throws Exception {
        byte[] bytes = new byte[3_000_000];
        new Random(1).nextBytes(bytes);
        launch();
        CompletableFuture<byte[]> back = Later.get(() -> readFully(output));
        CompletableFuture<byte[]> reports = Later.get(() -> readFully(errors));

        send(bytes);
        agent.getOutputStream().close();

        assertThat(back.get()).isEqualTo(bytes);
        assertThat(exitCode()).isZero();
        assertThat(text(reports.get())).endsWith("\n").contains("end of input after 3000000 bytes");
    }

    @Test
    void oneByteComesBackWithoutWaitingForMore() throws Exception {
        launch();
        send(new byte[] {(byte) 0xff});

        assertThat(output.read()).isEqualTo(0xff);
    }

    @Test
    void bingoIsAnsweredWithBingoBingo() throws Exception {
        launch("--reply", "Bingo Bingo");
        send("Bingo hen shuai\0");

        assertThat(receive("Bingo Bingo".length())).isEqualTo("Bingo Bingo");
        agent.getOutputStream().close();
        assertThat(exitCode()).isZero();
        assertThat(text(errors.readAllBytes()).lines())
                .containsExactly("received 16 bytes: \"Bingo hen shuai\\0\"", "end of input after 16 bytes");
    }

    @Test
    void linesAreAnsweredWithLinesAndMessagesInNulWithTheBareText() throws Exception {
        launch("--reply", "ok");
        send("one\ntwo\0\n");

        assertThat(receive(8)).isEqualTo("ok\nokok\n");
    }

    @Test
    void messageWithoutTerminatorIsAnsweredWhileTheInputStaysOpen() throws Exception {
        launch("--reply", "ok");
        send("no terminator");

        assertThat(receive(2)).isEqualTo("ok");
        send("another");
        assertThat(receive(2)).isEqualTo("ok");
    }

    @Test
    void messageWithoutTerminatorIsAnsweredAtTheEndOfInput() throws Exception {
        launch("--reply", "ok");
        send("no terminator");
        agent.getOutputStream().close();

        assertThat(text(output.readAllBytes())).isEqualTo("ok");
        assertThat(exitCode()).isZero();
    }

    @Test
    void unknownArgumentIsAUsageError() throws Exception {
        launch("--repyl", "x");

        assertThat(exitCode()).isEqualTo(2);
        assertThat(text(errors.readAllBytes()))
                .contains("unknown argument: --repyl")
                .contains("usage: child-agent [--percent-encoded] [--reply TEXT] [--shared]");
        assertThat(output.readAllBytes()).isEmpty();
    }

    @Test
    void brokenOutputEndsTheAgentWithoutAWord() throws Exception {
        launch("--reply", "ok");
        output.close();
        send("one\n");

        assertThat(exitCode()).isEqualTo(1);
        assertThat(errors.readAllBytes()).isEmpty();
    }

    private void launch(String... arguments) throws IOException {
        agent = AgentProcess.with(arguments).start();
        output = new BufferedInputStream(agent.getInputStream());
        errors = new BufferedInputStream(agent.getErrorStream());
    }

    private void send(String text) throws IOException {
        send(text.getBytes(StandardCharsets.UTF_8));
    }

    private void send(byte[] bytes) throws IOException {
        OutputStream input = agent.getOutputStream();
        input.write(bytes);
        input.flush();
    }

    private String receive(int length) throws IOException {
        return text(output.readNBytes(length));
    }

    private int exitCode() throws InterruptedException {
        assertThat(agent.waitFor(20, TimeUnit.SECONDS)).isTrue();
        return agent.exitValue();
    }

    private static byte[] readFully(InputStream stream) {
        try {
            return stream.readAllBytes();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }
}
