package io.piperelay.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.piperelay.halfduplex.SharedPipeParent;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/**
 * What the agent does when its parent is killed while all of its pipes stay open. The end of its standard error shows that
 * it has exited, because only the agent and its parent hold it open for writing.
 */
@Timeout(60)
@EnabledOnOs(OS.LINUX)
class OrphanedAgentIT {

    @TempDir
    Path folder;

    private NamedPipe input;
    private NamedPipe output;
    private InputStream errors;
    private Process parent;

    @BeforeEach
    void createPipes() throws Exception {
        input = NamedPipe.create(folder.resolve("input"));
        output = NamedPipe.create(folder.resolve("output"));
    }

    @AfterEach
    void closePipes() throws IOException {
        parent.destroyForcibly();
        errors.close();
        output.close();
        input.close();
    }

    @Test
    void agentThatWaitsForInputEnds() throws Exception {
        launchEcho();

        parent.destroyForcibly();

        assertAgentEnds();
    }

    @Test
    void agentBlockedInAWriteThatNobodyReadsEnds() throws Exception {
        launchEcho();
        byte[] moreThanTheOutputHolds = new byte[96 * 1024];
        input.writeEnd().write(moreThanTheOutputHolds);

        parent.destroyForcibly();

        assertAgentEnds();
    }

    @Test
    void agentOnASharedPipeEnds() throws Exception {
        launch(input, "--shared");
        try (SharedPipeParent conversation = new SharedPipeParent(input.readEnd(), input.writeEnd(), parent::isAlive)) {
            conversation.input().write('x');
            conversation.input().flush();
            assertThat(conversation.output().read()).isEqualTo('x');
        }

        parent.destroyForcibly();

        assertAgentEnds();
    }

    private void launchEcho() throws Exception {
        launch(output);
        input.writeEnd().write('x');
        assertThat(output.readEnd().read()).isEqualTo('x');
    }

    private void launch(NamedPipe agentsOutput, String... arguments) throws Exception {
        try (NamedPipe errorPipe = NamedPipe.create(folder.resolve("errors"))) {
            errors = errorPipe.openReadEnd();
            parent = AgentProcess.behindAnotherParent(arguments)
                    .redirectInput(input.file())
                    .redirectOutput(agentsOutput.file())
                    .redirectError(errorPipe.file())
                    .start();
        }
    }

    private void assertAgentEnds() throws IOException {
        assertThat(new String(errors.readAllBytes(), StandardCharsets.UTF_8)).doesNotContain("Exception");
    }
}
