package io.piperelay.startup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.piperelay.PipeRelayApplication;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.env.SystemEnvironmentPropertySource;

/** The application in this JVM, with settings from all possible sources. */
public final class Start {

    private final Path folder;
    private final List<String> arguments = new ArrayList<>();
    private final Map<String, Object> variables = new LinkedHashMap<>();

    /** @param folder where the operator's files are */
    public Start(Path folder) {
        this.folder = folder;
        arguments.add("--spring.config.additional-location=" + folder.toUri());
    }

    public Start arguments(String... more) {
        arguments.addAll(List.of(more));
        return this;
    }

    public Start variable(String name, String value) {
        variables.put(name, value);
        return this;
    }

    public Start file(String name, String... lines) {
        try {
            Files.write(folder.resolve(name), List.of(lines));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return this;
    }

    /** The whole application. */
    public ConfigurableApplicationContext whole() {
        return start(new SpringApplication(PipeRelayApplication.class));
    }

    /** Without the web part, which takes most of the time: only what follows from the service's own settings. */
    public ConfigurableApplicationContext settings() {
        var application = new SpringApplication();
        application.setSources(Set.of("io.piperelay.PipeRelayConfiguration"));
        application.setWebApplicationType(WebApplicationType.NONE);
        // What the web's context does not say either.
        arguments("--logging.level.org.springframework.context.annotation.AnnotationConfigApplicationContext=error");
        return start(application);
    }

    private ConfigurableApplicationContext start(SpringApplication application) {
        application.setRegisterShutdownHook(false);
        var environment = new StandardEnvironment();
        String name = StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME;
        environment
                .getPropertySources()
                .replace(name, new SystemEnvironmentPropertySource(name, Map.copyOf(variables)));
        application.setEnvironment(environment);
        return application.run(arguments.toArray(String[]::new));
    }

    /** Asserts that the service does not start, and says so in one line that contains these names. */
    public static void assertOneLine(ThrowingCallable start, CapturedOutput output, String... names) {
        int before = output.getAll().length();
        assertThatThrownBy(start).isNotNull();
        List<String> lines = output.getAll().substring(before).strip().lines().toList();
        assertThat(lines)
                .singleElement()
                .asString()
                .contains("pipe-relay does not start")
                .contains(names);
    }
}
