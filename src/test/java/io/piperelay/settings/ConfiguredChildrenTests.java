package io.piperelay.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.piperelay.restart.RestartPolicy;
import io.piperelay.restart.RestartPolicy.When;
import io.piperelay.startup.Start;
import io.piperelay.startup.StartException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.context.ConfigurableApplicationContext;

/** What the operator writes, in each possible source of settings, and what the children get of it. */
class ConfiguredChildrenTests {

    @TempDir
    private Path folder;

    private Map<String, ConfiguredChild> children(Start start) {
        try (ConfigurableApplicationContext context = start.settings()) {
            return ConfiguredChildren.in(context.getEnvironment());
        }
    }

    private ConfiguredChild child(String name, Start start) {
        Map<String, ConfiguredChild> children = children(start);
        assertThat(children).containsOnlyKeys("agent", "bingo", name);
        return Objects.requireNonNull(children.get(name));
    }

    private Start start() {
        return new Start(folder);
    }

    @Test
    void yamlKeepsNamesAsTheyAreWritten() {
        ConfiguredChild child = child("python3.11", start().file("application.yaml", """
                pipe:
                  children:
                    python3.11:
                      command: [python3.11, -c, "print('${HOME}')"]
                      workingDirectory: /tmp
                      environment:
                        A_B: first
                        AB: second
                        a_b: third
                        A.B: fourth
                        "[A-B]": fifth
                        HOME_OF: ${HOME}
                        command: sixth
                """));

        assertThat(child.command()).containsExactly("python3.11", "-c", "print('${HOME}')");
        assertThat(child.workingDirectory()).isEqualTo(Path.of("/tmp"));
        assertThat(child.environment())
                .containsExactlyInAnyOrderEntriesOf(Map.of(
                        "A_B", "first", "AB", "second", "a_b", "third", "A.B", "fourth", "A-B", "fifth", "HOME_OF",
                        "${HOME}", "command", "sixth"));
    }

    @Test
    void propertiesKeepNamesAsTheyAreWritten() {
        ConfiguredChild child = child(
                "Python_3.11",
                start().file(
                                "application.properties",
                                "pipe.children.Python_3.11.command[0]=python",
                                "pipe.children.Python_3.11.command[1]=${HOME}",
                                "pipe.children.Python_3.11.environment.A_B=first",
                                "pipe.children.Python_3.11.environment.AB=second",
                                "pipe.children[Python_3.11].environment[ab]=third",
                                "pipe.children.Python_3.11.stop-grace=1s"));

        assertThat(child.command()).containsExactly("python", "${HOME}");
        assertThat(child.environment()).isEqualTo(Map.of("A_B", "first", "AB", "second", "ab", "third"));
        assertThat(child.stopGrace()).isEqualTo(Duration.ofSeconds(1));
    }

    @Test
    void theCommandLineKeepsNamesAsTheyAreWritten() {
        ConfiguredChild child = child(
                "c++.17",
                start().arguments(
                                "--pipe.children.c++.17.command=sh,-c,echo ${HOME}",
                                "--pipe.children[c++.17].environment.A_B=first",
                                "--pipe.children.c++.17.environment.AB=second",
                                "--pipe.children.c++.17.environment.a.b=third"));

        assertThat(child.command()).containsExactly("sh", "-c", "echo ${HOME}");
        assertThat(child.environment()).isEqualTo(Map.of("A_B", "first", "AB", "second", "a.b", "third"));
    }

    @Test
    void whatAChildIsToldAtTheEndIsAsItIsWritten() {
        Map<String, ConfiguredChild> children = children(start().file("application.yaml", """
                pipe:
                  children:
                    line: {command: [x], stop-input: "quit\\n"}
                    blank: {command: [x], stop-input: " ${HOME} \\r\\n"}
                    end: {command: [x], stop-input: "\\n"}
                    number: {command: [x], stop-input: 0}
                    none: {command: [x]}
                """));

        Map<String, String> told = new HashMap<>();
        children.forEach((name, child) -> told.put(name, child.stopInput()));
        assertThat(told)
                .containsAllEntriesOf(
                        Map.of("line", "quit\n", "blank", " ${HOME} \r\n", "end", "\n", "number", "0", "none", ""));
    }

    @Test
    void aListOfVariablesToInheritMayBeEmpty() {
        Map<String, ConfiguredChild> children = children(start().file("application.yaml", """
                pipe:
                  children:
                    default: {command: [x]}
                    none: {command: [x], inherit-environment: []}
                    some: {command: [x], inherit-environment: [PATH, LC_*]}
                    text: {command: [x], inherit-environment: "PATH, LC_*"}
                """)
                .variable("PIPE_CHILDREN_VARIABLE_COMMAND", "x")
                .variable("PIPE_CHILDREN_VARIABLE_INHERIT_ENVIRONMENT_0", "PATH")
                .variable("PIPE_CHILDREN_VARIABLE_INHERITENVIRONMENT_1", "LC_*"));

        assertThat(children)
                .extractingByKey("default")
                .extracting(ConfiguredChild::inheritEnvironment)
                .isNull();
        assertThat(children)
                .extractingByKey("none")
                .extracting(ConfiguredChild::inheritEnvironment)
                .isEqualTo(List.of());
        assertThat(children)
                .extractingByKeys("some", "text", "variable")
                .extracting(ConfiguredChild::inheritEnvironment)
                .containsOnly(List.of("PATH", "LC_*"));
    }

    @Test
    void variablesKeepTheNamesOfVariables() {
        ConfiguredChild child = child(
                "my_cat",
                start().variable("PIPE_CHILDREN_MY_CAT_COMMAND_0", "cat")
                        .variable("PIPE_CHILDREN_MY_CAT_COMMAND_1_", "${HOME}")
                        .variable("PIPE_CHILDREN_MY_CAT_STOPGRACE", "3s")
                        .variable("PIPE_CHILDREN_MY_CAT_WORKING_DIRECTORY", "/tmp")
                        .variable("PIPE_CHILDREN_MY_CAT_ENVIRONMENT_A_B", "first")
                        .variable("PIPE_CHILDREN_MY_CAT_ENVIRONMENT_AB", "second")
                        .variable("PIPE_CHILDREN_MY_CAT_ENVIRONMENT_a_b", "$${HOME}"));

        assertThat(child.command()).containsExactly("cat", "${HOME}");
        assertThat(child.environment()).isEqualTo(Map.of("A_B", "first", "AB", "second", "a_b", "$${HOME}"));
        assertThat(child.stopGrace()).isEqualTo(Duration.ofSeconds(3));
        assertThat(child.workingDirectory()).isEqualTo(Path.of("/tmp"));
    }

    @Test
    void aVariableMeansTheProfileOfAFileThatHasItsLetters() {
        ConfiguredChild child = child(
                "My-Python.3",
                start().file("application.yaml", """
                        pipe:
                          children:
                            My-Python.3:
                              command: [python3, -u]
                              environment: {A: file, B: file}
                              stop-grace: 1s
                        """)
                        .variable("PIPE_CHILDREN_MYPYTHON3_STOP_GRACE", "5s")
                        .variable("PIPE_CHILDREN_MY_PYTHON_3_ENVIRONMENT_A", "variable"));

        assertThat(child.command()).containsExactly("python3", "-u");
        assertThat(child.environment()).isEqualTo(Map.of("A", "variable", "B", "file"));
        assertThat(child.stopGrace()).isEqualTo(Duration.ofSeconds(5));
    }

    @Test
    void theMostSpecificSourceWinsAndACommandIsNeverMixed() {
        ConfiguredChild child = child(
                "cat",
                start().file(
                                "application.yaml",
                                "pipe.children.cat: {command: [cat, -u, -v], stop-grace: 1s, environment: {A: a, B: b}}")
                        .variable("PIPE_CHILDREN_CAT_STOP_GRACE", "3s")
                        .arguments("--pipe.children.cat.command[0]=tac", "--pipe.children.cat.environment.B=c"));

        assertThat(child.command()).containsExactly("tac");
        assertThat(child.environment()).isEqualTo(Map.of("A", "a", "B", "c"));
        assertThat(child.stopGrace()).isEqualTo(Duration.ofSeconds(3));
    }

    @Test
    void aChildIsNeverRestartedUnlessItIsSaid() {
        Map<String, ConfiguredChild> children = children(start().file("application.yaml", """
                pipe:
                  children:
                    default: {command: [x]}
                    kept: {command: [x], restart: on-failure, restart-delay: 5m, restart-limit: 7}
                    quick: {command: [x], restart: always, restart-delay: 10ms, restart-delay-max: 20ms}
                """));

        assertThat(children)
                .extractingByKeys("default", "kept", "quick")
                .extracting(ConfiguredChild::restart)
                .containsExactly(
                        new RestartPolicy(When.NEVER, Duration.ofSeconds(1), Duration.ofMinutes(1), 5),
                        new RestartPolicy(When.ON_FAILURE, Duration.ofMinutes(5), Duration.ofMinutes(5), 7),
                        new RestartPolicy(When.ALWAYS, Duration.ofMillis(10), Duration.ofMillis(20), 5));
    }

    @Test
    void filesOfProfilesAndImportedOnesCount() {
        ConfiguredChild child = child(
                "x.y",
                start().file(
                                "application.yaml",
                                "spring.config.import: more.yaml",
                                "spring.profiles.group.both: one,two",
                                "pipe.children.x.y.command: [from, file]")
                        .file("application-one.properties", "pipe.children.x.y.environment.ONE=1")
                        .file("application-two.yaml", "pipe.children.x.y.environment.TWO: 2")
                        .file("more.yaml", "pipe.children.x.y.environment: {MORE: 3}")
                        .arguments("--spring.profiles.active=both"));

        assertThat(child.command()).containsExactly("from", "file");
        assertThat(child.environment()).isEqualTo(Map.of("ONE", "1", "TWO", "2", "MORE", "3"));
    }

    @Test
    void otherSettingsMayHavePlaceholders() {
        ConfiguredChild child = child(
                "x",
                start().file(
                                "application.yaml",
                                "base: /tmp",
                                "pipe.children.x: {command: [x], working-directory: '${base}/y', stop-grace: '${grace:4s}'}"));

        assertThat(child.workingDirectory()).isEqualTo(Path.of("/tmp/y"));
        assertThat(child.stopGrace()).isEqualTo(Duration.ofSeconds(4));
    }

    /** YAML would turn some of them into other numbers, and others into booleans. */
    @Test
    void whatIsNoTextToYamlIsPassedAsItIsWritten() {
        ConfiguredChild child = child(
                "x",
                start().file(
                                "application.yaml",
                                "pipe:",
                                "  children:",
                                "    x:",
                                "      command: [x, 010, 0x1F, 3.10, yes, 1e3, 12:30, true, \"8\", 2024-01-02, 8080]",
                                "      environment:",
                                "        VERSION: 3.10",
                                "        DEBUG: on # as it was meant",
                                "        EMPTY:"));

        assertThat(child.command())
                .containsExactly("x", "010", "0x1F", "3.10", "yes", "1e3", "12:30", "true", "8", "2024-01-02", "8080");
        assertThat(child.environment()).isEqualTo(Map.of("VERSION", "3.10", "DEBUG", "on", "EMPTY", ""));
    }

    @ParameterizedTest
    @ValueSource(strings = {"3.10", "010", "on", "true"})
    void aNameThatYamlWouldChangeIsRefusedUntilItIsInQuotes(String name) {
        assertThatThrownBy(() ->
                        children(start().file("application.yaml", "pipe: {children: {" + name + ": {command: [x]}}}")))
                .rootCause()
                .isInstanceOf(StartException.class)
                .hasMessageContaining("quotes");
        assertThatThrownBy(() -> children(start().file(
                                "application.yaml",
                                "pipe: {children: {x: {command: [x], environment: {" + name + ": y}}}}")))
                .rootCause()
                .isInstanceOf(StartException.class)
                .hasMessageContaining("quotes");

        ConfiguredChild child = child(
                name,
                start().file(
                                "application.yaml",
                                "pipe: {children: {'" + name + "': {command: [x], environment: {\"" + name
                                        + "\": y}}}}"));
        assertThat(child.environment()).isEqualTo(Map.of(name, "y"));
    }

    @Test
    void aNameIsAPropertiesFilesOwn() {
        assertThat(child("010", start().file("application.properties", "pipe.children[010].command=x"))
                        .command())
                .isEqualTo(List.of("x"));
    }
}
