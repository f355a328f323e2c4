package io.piperelay.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.piperelay.http.support.Answer;
import io.piperelay.http.support.RawConnection;
import io.piperelay.http.support.RelayClient;
import io.piperelay.http.support.RelayProcess;
import io.piperelay.http.support.Settings;
import io.piperelay.http.support.Soak;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** When the system runs short of something, the service neither fails for good nor leaves anything behind. */
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "it sets and counts what only Linux limits")
@Timeout(value = 300, threadMode = ThreadMode.SEPARATE_THREAD)
class ExhaustionIT {

    /** A user that nobody else is, so that only the service's own processes and threads count. */
    private static final String NOBODY_ELSE = "47110";

    private static final int LAUNCHES_WITH_EACH = Soak.count(2, 200);

    @TempDir
    static Path folder;

    @Test
    void aServiceWithoutDescriptorsRefusesAndRecovers() throws IOException {
        Settings settings = Settings.ordinary().child("cat", "/bin/cat");
        try (RelayProcess starved = RelayProcess.with(settings).start()) {
            RelayClient its = starved.client();
            its.session("cat");
            its.delete("/pipe");
            long before = starved.descriptors();
            // Connected before the shortage; an answer of 503 closes its connection.
            List<RawConnection> spares = new ArrayList<>();
            List<RawConnection> hoard = new ArrayList<>();
            try {
                for (int i = 0; i < 12; i++) {
                    spares.add(its.connect());
                    assertThat(spares.get(i).head("GET /pipe").answer().status())
                            .isEqualTo(404);
                }
                limit(starved, "--nofile=" + (starved.descriptors() + 4) + ":");
                int refused = 0;
                for (RawConnection spare : spares) {
                    Answer answer = spare.head("POST /pipe?replace=true", "Content-Length: 0")
                            .answer();
                    assertThat(answer.status()).as(answer.toString()).isIn(201, 503);
                    if (answer.status() == 503) {
                        assertThat(answer.problem()).isEqualTo("resources-exhausted");
                        assertThat(answer.json().path("osError").path("code").asInt())
                                .isEqualTo(24);
                        assertThat(answer.header("Retry-After")).isNotEmpty();
                        refused++;
                    }
                    hoard.add(its.connect().head("GET /pipe"));
                }
                assertThat(refused).isPositive();
            } finally {
                for (RawConnection connection : spares) {
                    connection.close();
                }
                for (RawConnection connection : hoard) {
                    connection.close();
                }
            }

            limit(starved, "--nofile=20000:");
            await().atMost(Duration.ofSeconds(20))
                    .until(() -> its.postJson("/pipe?replace=true", "{\"child\":\"cat\"}")
                                    .status()
                            == 201);
            assertThat(its.post("/pipe/exchange", "works again").text()).isEqualTo("works again\n");
            its.delete("/pipe");
            await().untilAsserted(() -> assertThat(starved.descriptors()).isLessThanOrEqualTo(before + 4));
            assertThat(starved.log()).doesNotContain("NoClassDefFoundError").doesNotContain("ERROR");
        }
    }

    /** On JDK 17, the launch of a process that lacked descriptors closed those of others. */
    @Test
    void launchesThatFailForWantOfDescriptorsCloseNoneOfOthers() throws IOException {
        Settings settings = Settings.ordinary()
                .child("cat", "/bin/cat")
                // The others stay silent as long as it takes.
                .with("server.tomcat.connection-timeout", "10m");
        try (RelayProcess starved = RelayProcess.with(settings).start()) {
            RelayClient its = starved.client();
            its.session("cat");
            its.delete("/pipe");
            List<RawConnection> others = new ArrayList<>();
            int refused = 0;
            try {
                for (int i = 0; i < 20; i++) {
                    others.add(its.connect());
                    others.get(i).head("GET /pipe").answer();
                }
                Map<Integer, String> before = census(starved);
                int highest =
                        descriptors(starved).stream().max(Integer::compare).orElseThrow();
                // From too few for the first pipe to too few for the last step of a launch.
                for (int spare = 3; spare < 15; spare += Soak.count(2, 1)) {
                    limit(starved, "--nofile=" + (highest + spare) + ":");
                    for (int i = 0; i < LAUNCHES_WITH_EACH; i++) {
                        try (RawConnection client = its.connect()) {
                            int status = client.head(
                                            "POST /pipe", "Content-Type: application/json", "Content-Length: 15")
                                    .send("{\"child\":\"cat\"}")
                                    .answer()
                                    .status();
                            refused += status == 503 ? 1 : 0;
                            if (status == 201) {
                                assertThat(others.get(0)
                                                .head("DELETE /pipe?grace=0s")
                                                .answer()
                                                .status())
                                        .as("without any descriptor left")
                                        .isEqualTo(200);
                            }
                        }
                    }
                    limit(starved, "--nofile=20000:");
                }
                assertThat(census(starved)).containsAllEntriesOf(before);
                for (RawConnection other : others) {
                    assertThat(other.head("GET /pipe").answer().status()).isEqualTo(404);
                }
            } finally {
                for (RawConnection other : others) {
                    other.close();
                }
            }
            assertThat(refused).isGreaterThan(2 * LAUNCHES_WITH_EACH);
            its.session("cat");
            assertThat(its.post("/pipe/exchange", "works").text()).isEqualTo("works\n");
        }
    }

    /** What each of its descriptors refers to; without connections, which come and go. */
    private static Map<Integer, String> census(RelayProcess service) throws IOException {
        Map<Integer, String> census = new TreeMap<>();
        for (int descriptor : descriptors(service)) {
            String file = Files.readSymbolicLink(folderOfDescriptors(service).resolve(Integer.toString(descriptor)))
                    .toString();
            if (!file.startsWith("socket:")) {
                census.put(descriptor, file);
            }
        }
        return census;
    }

    private static List<Integer> descriptors(RelayProcess service) throws IOException {
        try (Stream<Path> descriptors = Files.list(folderOfDescriptors(service))) {
            return descriptors
                    .map(descriptor -> Integer.valueOf(descriptor.getFileName().toString()))
                    .toList();
        }
    }

    private static Path folderOfDescriptors(RelayProcess service) {
        return Path.of("/proc", Long.toString(service.pid()), "fd");
    }

    @Test
    void aClientWaitsForADescriptorAndTheLogSaysSoOnce() throws IOException {
        try (RelayProcess starved = RelayProcess.with(Settings.ordinary()).start()) {
            RelayClient its = starved.client();
            limit(starved, "--nofile=" + (starved.descriptors() + 4) + ":");
            List<RawConnection> clients = new ArrayList<>();
            try {
                // The limit applies to the highest number, and some below it may be free.
                for (int i = 0; i < 40; i++) {
                    clients.add(its.connect());
                }
                await().during(Duration.ofSeconds(1))
                        .untilAsserted(() -> assertThat(starved.log())
                                .containsOnlyOnce("New connections wait: Too many open files"));
                limit(starved, "--nofile=20000:");
                for (RawConnection client : clients) {
                    assertThat(client.head("GET /pipe").answer().status()).isEqualTo(404);
                }
            } finally {
                for (RawConnection client : clients) {
                    client.close();
                }
            }
            assertThat(starved.log()).doesNotContain("ERROR").doesNotContain("\tat ");
        }
    }

    private static void limit(RelayProcess service, String softLimit, String... prefix) throws IOException {
        List<String> command = new ArrayList<>(List.of(prefix));
        command.addAll(List.of("prlimit", "--pid", Long.toString(service.pid()), softLimit));
        Process prlimit = new ProcessBuilder(command).inheritIO().start();
        await().until(() -> !prlimit.isAlive());
        assertThat(prlimit.exitValue()).isZero();
    }

    @Test
    void aServiceWithoutProcessesAndThreadsRefusesAndRecovers() throws IOException {
        String user = userWithLimits();
        try (RelayProcess starved = launch(user).start()) {
            RelayClient its = starved.client();
            int refused = 0;

            for (int spare = 0; spare < 20; spare += Soak.count(4, 1)) {
                limit(starved, "--nproc=" + (tasks(user) + spare) + ":", as(user));
                // More at once than there are idle threads for.
                List<CompletableFuture<Answer>> crowd = new ArrayList<>();
                for (int i = 0; i < 40; i++) {
                    crowd.add(its.getLater("/pipe/children"));
                }
                for (CompletableFuture<Answer> request : crowd) {
                    assertThat(request.join().status()).isEqualTo(200);
                }
                for (int i = 0; i < 5; i++) {
                    Answer answer = its.postJson("/pipe?replace=true", "{\"child\":\"sleep\"}");
                    if (answer.status() != 201) {
                        assertThat(answer.problem())
                                .as(spare + " to spare: " + answer + starved.log())
                                .isEqualTo("resources-exhausted");
                        assertThat(answer.status()).isEqualTo(503);
                        assertThat(answer.header("Retry-After")).isNotEmpty();
                        refused++;
                    }
                }
                limit(starved, "--nproc=20000:", as(user));
            }

            assertThat(refused).isPositive();
            its.session("cat");
            assertThat(its.post("/pipe/exchange", "works again").text()).isEqualTo("works again\n");
            its.delete("/pipe");
            // What a half-failed launch started is gone too; the orphan guard stays.
            await().untilAsserted(() -> assertThat(starved.children()).isLessThanOrEqualTo(1));
            assertThat(starved.log()).doesNotContain("ERROR");
        }
    }

    /** Root has no limits. */
    private static String userWithLimits() throws IOException {
        int self = (Integer) Files.getAttribute(folder, "unix:uid");
        return self == 0 ? NOBODY_ELSE : Integer.toString(self);
    }

    private static RelayProcess.Launch launch(String user) throws IOException {
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx--x--x"));
        Path temporary = Files.createDirectory(folder.resolve("tmp"));
        Files.setPosixFilePermissions(temporary, PosixFilePermissions.fromString("rwxrwxrwx"));
        return RelayProcess.with(Settings.ordinary()
                        .child("cat", "/bin/cat")
                        .child("sleep", "/bin/sleep", "600")
                        .with("pipe.children.sleep.stop-grace", "0s"))
                .jvm("-Djava.io.tmpdir=" + temporary, "-XX:+UseSerialGC")
                .prefix(as(user));
    }

    /** A prefix that runs a command as this user, who may still read what only root may. */
    private static String[] as(String user) {
        return user.equals(NOBODY_ELSE)
                ? new String[] {
                    "setpriv",
                    "--reuid=" + user,
                    "--clear-groups",
                    "--inh-caps=-all,+dac_read_search",
                    "--ambient-caps=+dac_read_search",
                    "--bounding-set=-all,+dac_read_search"
                }
                : new String[0];
    }

    /** Processes and threads of a user. */
    private static long tasks(String user) throws IOException {
        try (Stream<Path> processes = Files.list(Path.of("/proc"))) {
            return processes
                    .filter(process -> process.getFileName().toString().matches("\\d+"))
                    .mapToLong(process -> tasks(process, user))
                    .sum();
        }
    }

    private static long tasks(Path process, String user) {
        try {
            String status = Files.readString(process.resolve("status"));
            boolean own = status.contains("\nUid:\t" + user + "\t");
            return own ? Long.parseLong(status.replaceAll("(?s).*\nThreads:\\s+(\\d+).*", "$1")) : 0;
        } catch (IOException e) {
            return 0;
        }
    }
}
