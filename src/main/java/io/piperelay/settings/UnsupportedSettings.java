package io.piperelay.settings;

import io.piperelay.startup.StartException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.context.ApplicationContextInitializer;
import org.springframework.context.ConfigurableApplicationContext;

/**
 * Refuses settings of Spring Boot's own with which payload would not arrive as sent, answers would not be as described, or
 * the container's hooks would not be called, and values with which there would be no server, or one that waits forever.
 * Otherwise they would do harm silently, or be ignored.
 */
final class UnsupportedSettings implements ApplicationContextInitializer<ConfigurableApplicationContext> {

    /** @param value the only one that the service supports, in lower case */
    private record Rule(String name, String value, String because) {}

    private static final String OWN_LIMIT = "the service allows as many as pipe.limits.connections, plus a few.";
    private static final String BODIES = "it would parse bodies that are payload.";

    private static final List<Rule> RULES = List.of(
            new Rule(
                    "server.http2.enabled", "false", "the service speaks HTTP/1.1; a proxy in front can speak HTTP/2."),
            new Rule(
                    "server.compression.enabled",
                    "false",
                    "output counts as taken only if the client got it unchanged; a proxy in front can compress."),
            new Rule("spring.servlet.multipart.enabled", "false", BODIES),
            new Rule("spring.mvc.formcontent.filter.enabled", "false", BODIES),
            new Rule("spring.mvc.hiddenmethod.filter.enabled", "false", BODIES),
            new Rule("spring.mvc.contentnegotiation.favor-parameter", "false", BODIES),
            new Rule("spring.mvc.problemdetails.enabled", "false", "failures are described by the service itself."),
            new Rule("spring.mvc.dispatch-options-request", "true", "each route answers OPTIONS with its own methods."),
            new Rule("spring.mvc.servlet.path", "/", "use server.servlet.context-path."),
            new Rule("spring.servlet.encoding.force", "false", "answers declare their encoding themselves."),
            new Rule("spring.servlet.encoding.force-response", "false", "answers declare their encoding themselves."),
            new Rule("spring.main.web-application-type", "servlet", "the service is a servlet application."),
            new Rule("spring.main.lazy-initialization", "false", "the service could end without ending its child."),
            new Rule("spring.main.register-shutdown-hook", "true", "the service would end without ending its child."),
            new Rule("server.tomcat.max-connections", "", OWN_LIMIT),
            new Rule("server.tomcat.threads.max", "", OWN_LIMIT),
            new Rule("server.tomcat.basedir", "", "the container keeps its files in the service's private folder."),
            new Rule(
                    "management.endpoints.web.base-path",
                    "/actuator",
                    "the health is always served at /actuator/health, and only there."),
            new Rule(
                    "management.endpoints.web.path-mapping.health",
                    "health",
                    "the health is always served at /actuator/health, and only there."));

    /** Groups below which nothing may be set. */
    private static final Map<String, String> FOLDERS = Map.of(
            "spring.jackson",
            "the documents have the format that they are described in.",
            "spring.mvc.apiversion",
            "there is one version, and " + BODIES);

    private static final String ACCESS_LOG = "server.tomcat.accesslog";
    private static final String PORT = "server.port";
    private static final int LARGEST_PORT = 65535;
    private static final String TIMEOUT = "server.tomcat.connection-timeout";

    @Override
    public void initialize(ConfigurableApplicationContext context) {
        Binder settings = Binder.get(context.getEnvironment());
        RULES.forEach(rule -> check(rule, settings));
        FOLDERS.forEach((folder, because) -> settings.bind(folder, Bindable.mapOf(String.class, String.class))
                .ifBound(values -> {
                    throw refused(folder + "." + values.keySet().iterator().next(), because);
                }));
        checkAccessLog(settings);
        settings.bind(PORT, Integer.class).ifBound(UnsupportedSettings::checkPort);
        settings.bind(TIMEOUT, Duration.class).ifBound(timeout -> Ranges.check(TIMEOUT, timeout));
    }

    private static void check(Rule rule, Binder settings) {
        settings.bind(rule.name(), String.class).ifBound(value -> {
            if (!value.equalsIgnoreCase(rule.value())) {
                throw refused(rule.name(), rule.because());
            }
        });
    }

    /** Its folder is relative to the container's, which is removed when the service ends. */
    private static void checkAccessLog(Binder settings) {
        boolean enabled = settings.bind(ACCESS_LOG + ".enabled", Boolean.class).orElse(false);
        Path folder =
                Path.of(settings.bind(ACCESS_LOG + ".directory", String.class).orElse("logs"));
        if (enabled && !folder.isAbsolute()) {
            throw refused(
                    ACCESS_LOG + ".enabled", "the log would vanish; name an absolute " + ACCESS_LOG + ".directory.");
        }
    }

    private static void checkPort(int port) {
        if (port < 0 || port > LARGEST_PORT) {
            throw new StartException(
                    PORT + " can't be " + port + ": it is from 1 to " + LARGEST_PORT + ", or 0 for one that is free.");
        }
    }

    /** @param because a sentence */
    private static StartException refused(String name, String because) {
        return new StartException(name + " cannot be set like this: " + because + " Leave it out.");
    }
}
