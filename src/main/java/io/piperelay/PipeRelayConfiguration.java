package io.piperelay;

import io.piperelay.files.BundledAgent;
import io.piperelay.files.PrivateFolder;
import io.piperelay.platform.NativeCallException;
import io.piperelay.platform.Platform;
import io.piperelay.platform.Topology;
import io.piperelay.platform.posix.PosixPlatform;
import io.piperelay.platform.windows.WindowsPlatform;
import io.piperelay.session.ChildProfile;
import io.piperelay.session.PipeSessions;
import io.piperelay.session.WindowSettings;
import io.piperelay.settings.ConfiguredChildren;
import io.piperelay.settings.ServerSettings;
import io.piperelay.settings.SettingNames;
import io.piperelay.startup.TemporaryFolder;
import io.piperelay.web.HeapShares;
import io.piperelay.web.PipeLimits;
import io.piperelay.web.access.AccessSettings;
import io.piperelay.web.problem.ProblemWriter;
import io.piperelay.web.tomcat.ContainerSettings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.thread.Threading;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.Environment;

/** Puts the parts together. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties({PipeRelayProperties.class, AccessSettings.class})
class PipeRelayConfiguration {

    private static final Logger log = LoggerFactory.getLogger(PipeRelayConfiguration.class);

    /** So many of Tomcat's 1100 platform threads may wait, and 128 observe; the rest always answer. */
    private static final int READERS_ON_PLATFORM_THREADS = 512;

    private static final int WRITERS_ON_PLATFORM_THREADS = 256;

    /** On virtual threads waiting costs little; the number of connections bounds it anyway. */
    private static final int WAITING_ON_VIRTUAL_THREADS = 4096;

    private static final int CONNECTIONS = 1000;
    private static final int OBSERVERS = 128;
    private static final int CREATORS = 64;

    /** Static, because it comes before everything else. */
    @Bean
    static SettingNames settingNames(ConfigurableEnvironment environment) {
        return new SettingNames(environment);
    }

    @Bean
    static ServerSettings serverSettings(ConfigurableEnvironment environment) {
        return new ServerSettings(environment);
    }

    /** A system on which this doesn't work is better told at the start than at the first request. */
    @Bean
    Platform platform() throws NativeCallException {
        try {
            Platform platform = platformOfThisSystem();
            platform.createPipes(Topology.DUPLEX, 0).close();
            platform.weaknesses().forEach(log::warn);
            return platform;
        } catch (LinkageError e) {
            // JNA's library is unpacked there.
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

    /** For all files that the service itself needs while it runs. */
    @Bean
    PrivateFolder privateFolder() {
        try {
            return PrivateFolder.create("pipe-relay-files-");
        } catch (IOException e) {
            throw TemporaryFolder.unusable(e);
        }
    }

    @Bean
    BundledAgent bundledAgent(PrivateFolder folder) {
        try {
            return new BundledAgent(folder);
        } catch (UncheckedIOException e) {
            throw TemporaryFolder.unusable(e);
        }
    }

    @Bean
    PipeSessions pipeSessions(
            Platform platform,
            BundledAgent agent,
            PipeRelayProperties properties,
            ConfigurableEnvironment environment) {
        var profiles = new ChildProfiles(agent);
        List<ChildProfile> children = ConfiguredChildren.in(environment).entrySet().stream()
                .map(child -> profiles.profile(child.getKey(), child.getValue()))
                .toList();
        return new PipeSessions(platform, children, windows(properties));
    }

    private static WindowSettings windows(PipeRelayProperties properties) {
        PipeRelayProperties.Output output = properties.output();
        return new WindowSettings(
                Math.toIntExact(output.window().toBytes()),
                Math.toIntExact(properties.errors().window().toBytes()),
                output.whenFull() == PipeRelayProperties.WhenFull.DROP_OLDEST);
    }

    @Bean
    PipeLimits pipeLimits(PipeRelayProperties properties, Environment environment) {
        PipeRelayProperties.Limits limits = properties.limits();
        boolean virtual = Threading.VIRTUAL.isActive(environment);
        HeapShares heap = heap();
        int readers = virtual ? WAITING_ON_VIRTUAL_THREADS : READERS_ON_PLATFORM_THREADS;
        int writers = virtual ? WAITING_ON_VIRTUAL_THREADS : WRITERS_ON_PLATFORM_THREADS;
        return new PipeLimits(
                Math.toIntExact(properties.output().window().toBytes()),
                properties.outputTimeout(),
                properties.inputTimeout(),
                limits.timeout(),
                limits.bodyTimeout(),
                limits.minRate().toBytes(),
                properties.input().maxRequest() == null
                        ? Long.MAX_VALUE
                        : properties.input().maxRequest().toBytes(),
                given(limits.waitingReaders(), Math.min(readers, heap.readers())),
                given(limits.waitingWriters(), Math.min(writers, heap.writers())),
                given(limits.observers(), Math.min(OBSERVERS, heap.observers())),
                Math.min(CREATORS, heap.creators()),
                properties.events().heartbeat(),
                limits.stallTimeout());
    }

    private static HeapShares heap() {
        return new HeapShares(Runtime.getRuntime().maxMemory());
    }

    private static int given(@Nullable Integer setting, int absent) {
        return setting == null ? absent : setting;
    }

    @Bean
    ContainerSettings containerSettings(PipeRelayProperties properties, PrivateFolder folder) {
        PipeRelayProperties.Limits limits = properties.limits();
        int connections = given(limits.connections(), Math.min(CONNECTIONS, heap().connections()));
        return new ContainerSettings(connections, limits.headerTimeout(), folder.path());
    }

    @Bean
    ProblemWriter problemWriter() {
        return new ProblemWriter();
    }
}
