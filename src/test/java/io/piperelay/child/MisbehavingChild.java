package io.piperelay.child;

import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.File;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * A child process for tests, with a mode for each way in which real children surprise their parents. Its first argument
 * names the mode, the others belong to it:
 *
 * <table>
 * <caption>Modes</caption>
 * <tr><td>{@code echo}</td><td>copies stdin to stdout as it arrives, and ends with it</td></tr>
 * <tr><td>{@code exit CODE}</td><td>ends at once, reads nothing</td></tr>
 * <tr><td>{@code leave}</td><td>writes {@code bye} and LF, and ends with code 3</td></tr>
 * <tr><td>{@code print FILE}</td><td>writes the file's content and ends</td></tr>
 * <tr><td>{@code random SEED COUNT [CODE]}</td><td>writes {@link #randomBytes} in one call and ends at once</td></tr>
 * <tr><td>{@code hex BYTES}</td><td>writes the bytes, given as hexadecimal digits, then behaves as {@code echo}</td></tr>
 * <tr><td>{@code drip MILLIS BYTES}</td><td>writes the bytes, given as hexadecimal digits, one by one with that pause
 *     after each, and ends</td></tr>
 * <tr><td>{@code partial-utf8}</td><td>writes the first two bytes of the three of {@code U+4E2D}; the third, and its
 *     end, follow after the next byte on stdin</td></tr>
 * <tr><td>{@code answer COUNT TEXT}</td><td>reads exactly COUNT bytes, then writes TEXT and ends</td></tr>
 * <tr><td>{@code read-exit COUNT CODE}</td><td>reads COUNT bytes and ends, whatever else is in the pipe</td></tr>
 * <tr><td>{@code steps STEP...}</td><td>runs a {@link Script} and ends</td></tr>
 * <tr><td>{@code count}</td><td>reads stdin to its end, then writes the number of bytes and ends</td></tr>
 * <tr><td>{@code silent}</td><td>neither reads nor writes, forever</td></tr>
 * <tr><td>{@code stubborn}</td><td>writes {@code ready}, then ignores the end of stdin and SIGTERM, forever</td></tr>
 * <tr><td>{@code close-stdout}</td><td>closes stdout, then reads stdin to its end</td></tr>
 * <tr><td>{@code close-stdin}</td><td>closes stdin, writes {@code closed}, then lives forever</td></tr>
 * <tr><td>{@code flood}</td><td>writes {@link #floodByte} after {@link #floodByte} to stdout, forever</td></tr>
 * <tr><td>{@code flood-after PID}</td><td>the same, once that process has ended</td></tr>
 * <tr><td>{@code flood-errors COUNT}</td><td>writes COUNT bytes to stderr, then {@code done} to stdout, and ends</td></tr>
 * <tr><td>{@code leave-grandchild}</td><td>starts a {@code silent} grandchild on the same standard streams, writes its
 *     pid, and ends at once</td></tr>
 * <tr><td>{@code leave-flood}</td><td>the same, but the grandchild behaves as {@code flood} once its parent has ended</td></tr>
 * <tr><td>{@code keep-grandchild}</td><td>like {@code leave-grandchild}, but lives as long as the grandchild</td></tr>
 * <tr><td>{@code arguments ANY...}</td><td>writes the arguments after the mode, each followed by a NUL</td></tr>
 * <tr><td>{@code environment}</td><td>writes {@code NAME=VALUE} of each variable, each followed by a NUL</td></tr>
 * <tr><td>{@code directory}</td><td>writes its working directory</td></tr>
 * <tr><td>{@code pid}</td><td>writes its process id</td></tr>
 * <tr><td>{@code descriptors}</td><td>writes what each of its open descriptors refers to, each followed by a NUL, the
 *     JVM's own files left out; Linux only</td></tr>
 * <tr><td>{@code signal NAME}</td><td>sends itself that signal; not on Windows</td></tr>
 * <tr><td>{@code out-of-memory}</td><td>runs out of heap and ends with what the JVM makes of it</td></tr>
 * </table>
 *
 * All text is UTF-8, and lines end with LF. An unknown mode ends with code 2. "Forever" means until somebody kills it, but
 * no child outlives {@value #LIFETIME_MINUTES} minutes, so that a test run that was killed leaves nothing behind.
 */
public final class MisbehavingChild {

    private static final int LIFETIME_MINUTES = 15;
    private static final boolean WINDOWS = File.separatorChar == '\\';
    private static final int CHUNK = 64 * 1024;

    /** A prime, so that it divides no chunk's length. */
    private static final int FLOOD_PERIOD = 251;

    /** A chunk of the flood from any of its positions on. */
    private static final byte[] FLOOD = flood(FLOOD_PERIOD + CHUNK);

    /** Neither stream is buffered: each reads from its pipe, or writes to it, exactly what the mode says. */
    private final InputStream in = new FileInputStream(FileDescriptor.in);

    private final OutputStream out = new FileOutputStream(FileDescriptor.out);

    private MisbehavingChild() {}

    public static void main(String[] arguments) throws Exception {
        endAfterALifetime();
        String mode = arguments.length == 0 ? "" : arguments[0];
        new MisbehavingChild()
                .run(mode, Arrays.asList(arguments).subList(Math.min(1, arguments.length), arguments.length));
    }

    /** The command line that runs this program on the JVM that runs the tests. */
    public static List<String> command(String... modeAndArguments) {
        String java = WINDOWS ? "java.exe" : "java";
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", java).toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-Xshare:auto",
                // A JVM's warnings about its machine would end up in the pipe.
                "-XX:-PrintWarnings",
                "-cp",
                classPath().toString(),
                MisbehavingChild.class.getName()));
        command.addAll(List.of(modeAndArguments));
        return command;
    }

    /** What {@code random SEED COUNT} writes. */
    public static byte[] randomBytes(long seed, int count) {
        byte[] bytes = new byte[count];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }

    /** What {@code flood} writes at a position of its output: a sequence that reveals lost bytes. */
    public static byte floodByte(long position) {
        return (byte) (position % FLOOD_PERIOD);
    }

    /** This many bytes of the flood, from a position on. */
    public static byte[] floodBytes(long position, int count) {
        byte[] bytes = new byte[count];
        for (int done = 0; done < count; done += CHUNK) {
            int start = (int) ((position + done) % FLOOD_PERIOD);
            System.arraycopy(FLOOD, start, bytes, done, Math.min(CHUNK, count - done));
        }
        return bytes;
    }

    /** The index of the first byte that differs from the flood's from a position on; -1 if there is none. */
    public static int floodMismatch(long position, byte[] bytes) {
        for (int done = 0; done < bytes.length; done += CHUNK) {
            int start = (int) ((position + done) % FLOOD_PERIOD);
            int count = Math.min(CHUNK, bytes.length - done);
            int mismatch = Arrays.mismatch(bytes, done, done + count, FLOOD, start, start + count);
            if (mismatch >= 0) {
                return done + mismatch;
            }
        }
        return -1;
    }

    private void run(String mode, List<String> arguments) throws Exception {
        switch (mode) {
            case "echo" -> echo();
            case "exit" -> end(number(arguments, 0));
            case "leave" -> new Script(in, out).run(List.of("say:bye", "exit:3"));
            case "print" -> out.write(Files.readAllBytes(Path.of(arguments.get(0))));
            case "random" -> random(arguments);
            case "hex" -> {
                out.write(HexFormat.of().parseHex(arguments.get(0)));
                echo();
            }
            case "drip" -> drip(number(arguments, 0), HexFormat.of().parseHex(arguments.get(1)));
            case "partial-utf8" -> partialUtf8();
            case "answer" -> {
                take(number(arguments, 0));
                print(arguments.get(1));
            }
            case "read-exit" -> {
                take(number(arguments, 0));
                end(number(arguments, 1));
            }
            case "steps" -> new Script(in, out).run(arguments);
            case "count" -> print(copyTo(OutputStream.nullOutputStream()) + "\n");
            case "silent" -> liveForEver();
            case "stubborn" -> stubborn();
            case "close-stdout" -> {
                out.close();
                copyTo(OutputStream.nullOutputStream());
            }
            case "close-stdin" -> {
                in.close();
                print("closed\n");
                liveForEver();
            }
            case "flood" -> flood();
            case "flood-after" -> {
                awaitEnd(Long.parseLong(arguments.get(0)));
                flood();
            }
            case "flood-errors" -> floodErrors(number(arguments, 0));
            case "leave-grandchild" -> grandchild("silent");
            case "leave-flood" ->
                grandchild("flood-after", Long.toString(ProcessHandle.current().pid()));
            case "keep-grandchild" -> {
                grandchild("silent");
                liveForEver();
            }
            case "arguments" -> printEach(arguments);
            case "environment" -> environment();
            case "directory" -> print(System.getProperty("user.dir"));
            case "pid" -> print(Long.toString(ProcessHandle.current().pid()));
            case "descriptors" -> descriptors();
            case "signal" -> signal(arguments.get(0));
            case "out-of-memory" -> outOfMemory();
            default -> {
                System.err.println("unknown mode: " + mode);
                end(2);
            }
        }
    }

    private void echo() throws IOException {
        copyTo(out);
    }

    private void random(List<String> arguments) throws IOException {
        out.write(randomBytes(Long.parseLong(arguments.get(0)), number(arguments, 1)));
        end(arguments.size() > 2 ? number(arguments, 2) : 0);
    }

    private void drip(int millis, byte[] bytes) throws IOException, InterruptedException {
        for (byte one : bytes) {
            out.write(one);
            TimeUnit.MILLISECONDS.sleep(millis);
        }
    }

    private void partialUtf8() throws IOException {
        byte[] character = "\u4e2d".getBytes(StandardCharsets.UTF_8);
        out.write(character, 0, 2);
        in.read();
        out.write(character, 2, 1);
    }

    private void stubborn() throws IOException {
        // The JVM answers SIGTERM by running its shutdown hooks, and waits for them.
        Runtime.getRuntime().addShutdownHook(new Thread(MisbehavingChild::liveForEver));
        print("ready\n");
        copyTo(OutputStream.nullOutputStream());
        liveForEver();
    }

    private void flood() throws IOException {
        for (long position = 0; ; position += CHUNK) {
            out.write(FLOOD, (int) (position % FLOOD_PERIOD), CHUNK);
        }
    }

    private static byte[] flood(int count) {
        byte[] bytes = new byte[count];
        for (int position = 0; position < count; position++) {
            bytes[position] = floodByte(position);
        }
        return bytes;
    }

    private void floodErrors(int count) throws IOException {
        try (OutputStream errors = new BufferedOutputStream(new FileOutputStream(FileDescriptor.err), CHUNK)) {
            for (int position = 0; position < count; position++) {
                errors.write(floodByte(position));
            }
        }
        print("done\n");
    }

    private void grandchild(String... modeAndArguments) throws IOException {
        Process grandchild =
                new ProcessBuilder(command(modeAndArguments)).inheritIO().start();
        print(grandchild.pid() + "\n");
    }

    private static void awaitEnd(long pid) throws InterruptedException {
        while (ProcessHandle.of(pid).filter(ProcessHandle::isAlive).isPresent()) {
            TimeUnit.MILLISECONDS.sleep(10);
        }
    }

    private void environment() throws IOException {
        if (!WINDOWS) {
            // Bytes, because what the JVM makes of them depends on the locale.
            out.write(Files.readAllBytes(Path.of("/proc/self/environ")));
            return;
        }
        Map<String, String> variables = new TreeMap<>(System.getenv());
        // Windows keeps the current folder of each drive in variables named like "=C:".
        variables.keySet().removeIf(name -> name.startsWith("="));
        printEach(variables.entrySet().stream()
                .map(variable -> variable.getKey() + "=" + variable.getValue())
                .toList());
    }

    private void descriptors() throws IOException {
        List<String> open = new ArrayList<>();
        try (DirectoryStream<Path> descriptors = Files.newDirectoryStream(Path.of("/proc/self/fd"))) {
            for (Path descriptor : descriptors) {
                String target = Files.readSymbolicLink(descriptor).toString();
                if (!belongsToTheJvm(target)) {
                    open.add(descriptor.getFileName() + " " + target);
                }
            }
        }
        printEach(open);
    }

    private static boolean belongsToTheJvm(String target) throws IOException {
        return target.startsWith(
                        Path.of(System.getProperty("java.home")).toRealPath().toString())
                || target.matches("/proc/\\d+/fd")
                || target.endsWith("/urandom")
                || target.endsWith("/random");
    }

    private static void signal(String name) throws IOException, InterruptedException {
        String self = Long.toString(ProcessHandle.current().pid());
        new ProcessBuilder("/bin/kill", "-" + name, self).inheritIO().start().waitFor();
        liveForEver();
    }

    @SuppressWarnings("ModifiedButNotUsed") // Keeps everything reachable.
    private static void outOfMemory() {
        List<long[]> hoard = new ArrayList<>();
        while (true) {
            hoard.add(new long[Integer.MAX_VALUE / 16]);
        }
    }

    // FileInputStream's own transferTo and readNBytes first ask for the file's position, which a pipe does not have.

    private long copyTo(OutputStream target) throws IOException {
        return copy(in, target);
    }

    /** Returns how many bytes there were. */
    static long copy(InputStream source, OutputStream target) throws IOException {
        byte[] chunk = new byte[CHUNK];
        long copied = 0;
        for (int count = source.read(chunk); count >= 0; count = source.read(chunk)) {
            target.write(chunk, 0, count);
            copied += count;
        }
        return copied;
    }

    private void take(int count) throws IOException {
        new DataInputStream(in).readFully(new byte[count]);
    }

    private void printEach(List<String> texts) throws IOException {
        StringBuilder joined = new StringBuilder();
        texts.forEach(text -> joined.append(text).append('\0'));
        print(joined.toString());
    }

    private void print(String text) throws IOException {
        out.write(text.getBytes(StandardCharsets.UTF_8));
    }

    private static int number(List<String> arguments, int index) {
        return Integer.parseInt(arguments.get(index));
    }

    /** Without shutdown hooks: as abruptly as a program can end. */
    private static void end(int code) {
        Runtime.getRuntime().halt(code);
    }

    private static void liveForEver() {
        while (true) {
            LockSupport.park();
        }
    }

    private static void endAfterALifetime() {
        Thread lifetime = new Thread(() -> {
            long end = System.nanoTime() + TimeUnit.MINUTES.toNanos(LIFETIME_MINUTES);
            for (long left = end - System.nanoTime(); left > 0; left = end - System.nanoTime()) {
                LockSupport.parkNanos(left);
            }
            end(99);
        });
        lifetime.setDaemon(true);
        lifetime.start();
    }

    private static Path classPath() {
        try {
            return Path.of(MisbehavingChild.class
                    .getProtectionDomain()
                    .getCodeSource()
                    .getLocation()
                    .toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }
}
