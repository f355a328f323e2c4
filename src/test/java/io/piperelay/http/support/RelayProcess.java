package io.piperelay.http.support;

import static org.awaitility.Awaitility.await;

import io.piperelay.PipeRelayApplication;
import io.piperelay.ProcessStat;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The real application in a JVM of its own, which tests can starve, inspect and kill. */
public final class RelayProcess implements AutoCloseable {

    private static final boolean WINDOWS = File.separatorChar == '\\';
    private static final Duration START = Duration.ofMinutes(3);
    private static final Duration STOP = Duration.ofSeconds(10);
    private static final Pattern READY = Pattern.compile("https?://\\S+:(\\d+)\\S*/swagger-ui.html");

    private final Process process;

    @SuppressWarnings("JdkObsolete") // Two threads use it.
    private final StringBuffer log = new StringBuffer();

    private final Thread logReader = new Thread(this::readLog, "relay-process-log");

    private RelayProcess(Process process) {
        this.process = process;
        logReader.setDaemon(true);
        logReader.start();
    }

    /** How it is to be launched. */
    public static final class Launch {

        private final Settings settings;
        private @Nullable List<String> program;
        private final List<String> prefix = new ArrayList<>();
        // Native access as in the jar's manifest, of which JDK 25 has something to say if classes come from an archive.
        private final List<String> jvmOptions = new ArrayList<>(List.of(
                "--enable-native-access=ALL-UNNAMED", "-Xlog:cds=off", "-XX:TieredStopAtLevel=1", "-Xshare:auto"));
        private final List<String> environment = new ArrayList<>();
        private final List<String> child = new ArrayList<>();
        private @Nullable File directory;

        private Launch(Settings settings) {
            this.settings = settings.with("logging.level.root", "info");
        }

        public Launch jvm(String... options) {
            jvmOptions.addAll(List.of(options));
            return this;
        }

        public Launch variable(String name, String value) {
            environment.add(name + "=" + value);
            return this;
        }

        /** What is behind {@code --}: a child's command. */
        public Launch child(List<String> command) {
            child.add("--");
            child.addAll(command);
            return this;
        }

        /** The folder that it starts in, instead of the tests' own. */
        public Launch directory(Path folder) {
            directory = folder.toFile();
            return this;
        }

        /** Sets a logger's level; by default, all log what matters to an operator. */
        public Launch logging(String logger, String level) {
            settings.with("logging.level." + logger, level);
            return this;
        }

        /** A command that launches the command after it. */
        public Launch prefix(String... command) {
            prefix.addAll(List.of(command));
            return this;
        }

        /** Uses this class path, without the archive, which is valid for another one. */
        Launch plain(String classPath) {
            program = List.of("-cp", classPath, PipeRelayApplication.class.getName());
            return this;
        }

        /** Runs the executable jar, as users do. */
        public Launch jar(Path executable) {
            program = List.of("-jar", executable.toString());
            return this;
        }

        /** Launches it without waiting for it to start. */
        public RelayProcess launch() {
            List<String> command = new ArrayList<>(prefix);
            command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
            if (program == null) {
                ClassArchive.get()
                        .ifPresentOrElse(
                                archive -> jvm(archive.jvmOptions()).plain(archive.classPath()),
                                () -> plain(System.getProperty("java.class.path")));
            }
            command.addAll(jvmOptions);
            command.addAll(program);
            command.addAll(settings.asArguments());
            command.addAll(child);
            if (WINDOWS) {
                // The JDK leaves quoting to its callers.
                command.replaceAll(argument -> argument.replace("\"", "\\\""));
            }
            var builder = new ProcessBuilder(command).redirectErrorStream(true).directory(directory);
            environment.forEach(variable -> {
                String[] parts = variable.split("=", 2);
                builder.environment().put(parts[0], parts[1]);
            });
            try {
                return new RelayProcess(builder.start());
            } catch (IOException e) {
                throw new AssertionError("the service could not be launched", e);
            }
        }

        /** Launches it and waits until it serves. */
        public RelayProcess start() {
            RelayProcess launched = launch();
            try {
                launched.client();
                return launched;
            } catch (RuntimeException | Error e) {
                launched.close();
                throw new AssertionError("the service did not start: " + launched.log(), e);
            }
        }
    }

    public static Launch with(Settings settings) {
        return new Launch(settings);
    }

    private void readLog() {
        try (var characters = new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8)) {
            char[] some = new char[8192];
            for (int count = characters.read(some); count >= 0; count = characters.read(some)) {
                log.append(some, 0, count);
            }
        } catch (IOException e) {
            log.append(e);
        }
    }

    /** A new client, once the service is ready. */
    public RelayClient client() {
        await().atMost(START).pollInterval(Duration.ofMillis(20)).until(() -> port() > 0 || !process.isAlive());
        if (port() == 0) {
            throw new AssertionError("the service ended: " + log);
        }
        return new RelayClient(port());
    }

    private int port() {
        Matcher ready = READY.matcher(log);
        return ready.find() ? Integer.parseInt(ready.group(1)) : 0;
    }

    /** Everything that it has printed so far. */
    public String log() {
        return log.toString();
    }

    public long pid() {
        return process.pid();
    }

    public boolean isAlive() {
        return process.isAlive();
    }

    /** All processes that it has started, and all that these have started. */
    public List<ProcessHandle> descendants() {
        return process.descendants().toList();
    }

    /** SIGKILL. */
    public void kill() {
        process.toHandle().destroyForcibly();
    }

    /** Sends SIGTERM, but not through Process, which would then stop reading the last output. */
    public void terminate() {
        process.toHandle().destroy();
    }

    /** Waits for it to exit, and for the end of its log. */
    public int exitCode(Duration timeout) throws InterruptedException {
        if (!process.waitFor(timeout.toMillis(), TimeUnit.MILLISECONDS)) {
            throw new AssertionError("the service is still running");
        }
        logReader.join(1_000);
        return process.exitValue();
    }

    public long descriptors() {
        return openFiles().size();
    }

    /** What each of its descriptors refers to. */
    public List<String> openFiles() {
        return entries("fd", descriptor -> Files.readSymbolicLink(descriptor).toString());
    }

    /** The first 15 characters of each thread's name, which are all that the system knows. */
    public List<String> threadNames() {
        return entries(
                "task", thread -> Files.readString(thread.resolve("comm")).strip());
    }

    private interface Look {
        String at(Path entry) throws IOException;
    }

    private List<String> entries(String what, Look look) {
        List<String> seen = new ArrayList<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(Path.of("/proc", Long.toString(pid()), what))) {
            for (Path entry : entries) {
                try {
                    seen.add(look.at(entry));
                } catch (IOException e) {
                    // It is already gone.
                }
            }
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        return seen;
    }

    /** Resident memory in bytes. */
    public long memory() {
        try {
            return Files.readAllLines(Path.of("/proc", Long.toString(pid()), "status")).stream()
                    .filter(line -> line.startsWith("VmRSS:"))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) * 1024)
                    .findFirst()
                    .orElseThrow();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /** How many children it has, including dead ones that it has not reaped. */
    public long children() throws IOException {
        try (Stream<Path> processes = Files.list(Path.of("/proc"))) {
            return processes
                    .map(process -> process.getFileName().toString())
                    .filter(name -> name.matches("\\d+"))
                    .flatMap(name -> ProcessStat.of(Long.parseLong(name)).stream())
                    .filter(process -> process.parent() == pid())
                    .count();
        }
    }

    /** Ends it gently at first, so that it removes what it unpacked. */
    @Override
    public void close() {
        terminate();
        try {
            if (!process.waitFor(STOP.toMillis(), TimeUnit.MILLISECONDS)) {
                kill();
            }
        } catch (InterruptedException e) {
            kill();
            Thread.currentThread().interrupt();
        }
    }
}
