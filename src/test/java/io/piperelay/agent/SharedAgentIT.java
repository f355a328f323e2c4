package io.piperelay.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.piperelay.halfduplex.SharedPipeParent;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/**
 * The agent as a process of its own, on one pipe for both directions: a named one, which plain Java can share.
 */
@Timeout(60)
@EnabledOnOs(OS.LINUX)
class SharedAgentIT {

    @TempDir
    Path folder;

    private NamedPipe pipe;
    private Process agent;
    private SharedPipeParent parent;

    @AfterEach
    void killAgent() throws IOException {
        parent.close();
        agent.destroyForcibly();
        pipe.close();
    }

    @Test
    void bingoIsAnsweredWithBingoBingo() throws Exception {
        launch("--shared", "--reply", "Bingo Bingo");
        ask("Bingo hen shuai\0".getBytes(StandardCharsets.UTF_8));

        assertThat(new String(parent.output().readNBytes(11), StandardCharsets.UTF_8))
                .isEqualTo("Bingo Bingo");
        assertEndsWithItsInput();
    }

    @Test
    void endOfARequestEndsItsMessage() throws Exception {
        launch("--shared", "--reply", "ok");
        inParallel(() -> {
            ask("x".repeat(10_000).getBytes(StandardCharsets.UTF_8));
            ask("no terminator".getBytes(StandardCharsets.UTF_8));
            ask("line\n".getBytes(StandardCharsets.UTF_8));
        });

        assertThat(new String(parent.output().readNBytes(7), StandardCharsets.UTF_8))
                .isEqualTo("okokok\n");
        assertEndsWithItsInput();
    }

    @Test
    void largeRequestComesBackAsItIs() throws Exception {
        launch("--shared");
        byte[] request = new byte[4 * 1024 * 1024];
        new Random(1).nextBytes(request);
        inParallel(() -> ask(request));

        assertThat(parent.output().readNBytes(request.length)).isEqualTo(request);
        assertEndsWithItsInput();
    }

    @Test
    void outputEndsWhenTheAgentIsKilled() throws Exception {
        launch("--shared");
        ask(new byte[] {1});
        assertThat(parent.output().read()).isEqualTo(1);

        agent.destroyForcibly();

        assertThat(parent.output().read()).isEqualTo(-1);
    }

    private void assertEndsWithItsInput() throws Exception {
        parent.input().close();

        assertThat(parent.output().read()).isEqualTo(-1);
        assertThat(agent.waitFor(20, TimeUnit.SECONDS)).isTrue();
        assertThat(agent.exitValue()).isZero();
    }

    private void launch(String... arguments) throws Exception {
        pipe = NamedPipe.create(folder.resolve("pipe"));
        agent = AgentProcess.with(arguments)
                .redirectInput(pipe.file())
                .redirectOutput(pipe.file())
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        parent = new SharedPipeParent(pipe.readEnd(), pipe.writeEnd(), agent::isAlive);
    }

    private static void inParallel(Runnable task) {
        new Thread(task).start();
    }

    private void ask(byte[] request) {
        try {
            parent.input().write(request);
            parent.input().flush();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
