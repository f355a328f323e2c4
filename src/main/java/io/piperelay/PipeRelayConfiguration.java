package io.piperelay;

import io.piperelay.files.BundledAgent;
import io.piperelay.files.PrivateFolder;
import io.piperelay.platform.NativeCallException;
import io.piperelay.platform.OwnerOnlyFiles;
import io.piperelay.platform.Platform;
import io.piperelay.platform.Topology;
import io.piperelay.platform.posix.PosixPlatform;
import io.piperelay.platform.windows.WindowsPlatform;
import io.piperelay.restart.ChildHealth;
import io.piperelay.restart.Restarts;
import io.piperelay.session.PipeSessions;
import io.piperelay.session.WindowSettings;
import io.piperelay.settings.ConfiguredChildren;
import io.piperelay.settings.SettingNames;
import io.piperelay.startup.StartException;
import io.piperelay.startup.TemporaryFolder;
import io.piperelay.web.PipeLimits;
import io.piperelay.web.access.AccessSettings;
import io.piperelay.web.problem.ProblemWriter;
import io.piperelay.web.tomcat.ContainerSettings;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.http.converter.autoconfigure.ServerHttpMessageConvertersCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.http.converter.ByteArrayHttpMessageConverter;

/** Wires the parts together. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties({SessionSettings.class, PipeLimits.class, ContainerSettings.class, AccessSettings.class})
class PipeRelayConfiguration {

    private static final Logger log = LoggerFactory.getLogger(PipeRelayConfiguration.class);

    /** Static, because it is needed before everything else. */
    @Bean
    static SettingNames settingNames(ConfigurableEnvironment environment) {
        return new SettingNames(environment);
    }

    /** If this does not work on a system, the operator should learn it at the start and not at the first request. */
    @Bean
    Platform platform() throws NativeCallException {
        TemporaryFolder.tryOut();
        try {
            Platform platform = platformOfThisSystem();
            platform.createPipes(Topology.DUPLEX, 0).close();
            platform.weaknesses().forEach(log::warn);
            return platform;
        } catch (LinkageError e) {
            // JNA unpacks its native library there.
            throw TemporaryFolder.unusable(e);
        }
    }

    /** The only place that asks which operating system this is. */
    private static Platform platformOfThisSystem() {
        return switch (com.sun.jna.Platform.getOSType()) {
            case com.sun.jna.Platform.LINUX -> new PosixPlatform();
            case com.sun.jna.Platform.WINDOWS -> new WindowsPlatform();
            default ->
                throw new UnsupportedOperationException(
                        "pipe-relay runs on Windows and Linux, not on " + System.getProperty("os.name"));
        };
    }

    @Bean
    OwnerOnlyFiles ownerOnlyFiles(Platform platform) {
        return platform.ownerOnlyFiles();
    }

    /** For all files that the service itself needs at run time. */
    @Bean
    PrivateFolder privateFolder(OwnerOnlyFiles files) {
        try {
            return PrivateFolder.create("pipe-relay-files-", files);
        } catch (IOException e) {
            throw TemporaryFolder.unusable(e);
        }
    }

    @Bean
    BundledAgent bundledAgent(PrivateFolder folder, OwnerOnlyFiles files) {
        try {
            return new BundledAgent(folder, files);
        } catch (UncheckedIOException e) {
            throw TemporaryFolder.unusable(e);
        }
    }

    @Bean
    ChildProfiles childProfiles(BundledAgent agent, ConfigurableEnvironment environment) {
        var variables = new ChildEnvironment(com.sun.jna.Platform.isWindows(), System.getenv());
        return new ChildProfiles(agent, variables, ConfiguredChildren.in(environment));
    }

    @Bean
    PipeSessions pipeSessions(Platform platform, ChildProfiles children, SessionSettings settings) {
        var sessions = new PipeSessions(platform, children.all(), settings.windows());
        if (settings.start() != null && !sessions.children().contains(settings.start())) {
            throw new StartException("pipe.start can't be '" + settings.start() + "': the children are "
                    + String.join(", ", sessions.children()) + ".");
        }
        return sessions;
    }

    @Bean
    Restarts restarts(PipeSessions sessions, ChildProfiles children) {
        return new Restarts(sessions, children.restarted());
    }

    @Bean
    ChildHealth childHealth(PipeSessions sessions, Restarts restarts, SessionSettings settings) {
        return new ChildHealth(sessions, restarts, settings.start() != null);
    }

    @Bean
    WindowSettings windowSettings(SessionSettings settings) {
        return settings.windows();
    }

    /**
     * The formats that are spoken here, besides JSON and text. All that the libraries know would be looked for and made ready at
     * each start, YAML by a second Jackson.
     */
    @Bean
    ServerHttpMessageConvertersCustomizer formats() {
        return formats -> formats.disableDefaults().addCustomConverter(new ByteArrayHttpMessageConverter());
    }

    @Bean
    ProblemWriter problemWriter() {
        return new ProblemWriter();
    }
}
