package io.piperelay.child;

import java.io.ByteArrayOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * What a child does step by step, on every system; a shell's script for those that have none. A step is a word, or a word and
 * an argument after a colon:
 *
 * <table>
 * <caption>Steps</caption>
 * <tr><td>{@code say:TEXT}</td><td>writes the text and LF to stdout</td></tr>
 * <tr><td>{@code print:TEXT}</td><td>the same without LF</td></tr>
 * <tr><td>{@code complain:TEXT}</td><td>writes the text and LF to stderr</td></tr>
 * <tr><td>{@code pause:MILLIS}</td><td>pauses</td></tr>
 * <tr><td>{@code read-line}</td><td>reads a line</td></tr>
 * <tr><td>{@code echo}</td><td>writes what it reads, to the end of stdin</td></tr>
 * <tr><td>{@code drain}</td><td>reads stdin to its end</td></tr>
 * <tr><td>{@code reply:MILLIS}</td><td>writes back each line that it reads, after that pause</td></tr>
 * <tr><td>{@code number}</td><td>writes back each line that it reads, with its number before it; those that end in 7 after
 *     10 ms</td></tr>
 * <tr><td>{@code alternate}</td><td>writes the lines that it reads to stdout, after an {@code o}, and to stderr, after an
 *     {@code e}, in turn</td></tr>
 * <tr><td>{@code attend}</td><td>writes back the lines that begin with {@code thread}, each with the line that arrives
 *     within the next 5 ms if there is one</td></tr>
 * <tr><td>{@code text}, {@code text-as-errors}</td><td>writes lines of characters of one to four bytes to stdout, or to
 *     stderr, forever</td></tr>
 * <tr><td>{@code close-stdout}</td><td>closes stdout</td></tr>
 * <tr><td>{@code exit:CODE}</td><td>ends at once</td></tr>
 * </table>
 */
final class Script {

    private static final String TEXT = "\u4e2d\t\"\u6587\"\uD83D\uDE00\n";
    private static final long ATTENTION_NANOS = TimeUnit.MILLISECONDS.toNanos(5);

    private final InputStream in;
    private final OutputStream out;
    private final OutputStream errors = new FileOutputStream(FileDescriptor.err);

    Script(InputStream in, OutputStream out) {
        this.in = in;
        this.out = out;
    }

    void run(List<String> steps) throws IOException, InterruptedException {
        for (String step : steps) {
            String[] words = step.split(":", 2);
            run(words[0], words.length == 1 ? "" : words[1]);
        }
    }

    private void run(String step, String argument) throws IOException, InterruptedException {
        switch (step) {
            case "say" -> say(argument);
            case "print" -> out.write(argument.getBytes(StandardCharsets.UTF_8));
            case "complain" -> complain(argument);
            case "pause" -> TimeUnit.MILLISECONDS.sleep(Long.parseLong(argument));
            case "read-line" -> line();
            case "echo" -> MisbehavingChild.copy(in, out);
            case "drain" -> MisbehavingChild.copy(in, OutputStream.nullOutputStream());
            case "reply" -> reply(Long.parseLong(argument));
            case "number" -> number();
            case "alternate" -> alternate();
            case "attend" -> attend();
            case "text" -> repeat(out);
            case "text-as-errors" -> repeat(errors);
            case "close-stdout" -> out.close();
            case "exit" -> Runtime.getRuntime().halt(Integer.parseInt(argument));
            default -> throw new IllegalArgumentException("unknown step: " + step);
        }
    }

    private void reply(long millis) throws IOException, InterruptedException {
        for (String line = line(); line != null; line = line()) {
            TimeUnit.MILLISECONDS.sleep(millis);
            say(line);
        }
    }

    private void number() throws IOException, InterruptedException {
        int number = 1;
        for (String line = line(); line != null; line = line()) {
            if (line.endsWith("7")) {
                TimeUnit.MILLISECONDS.sleep(10);
            }
            say(number++ + " " + line);
        }
    }

    private void alternate() throws IOException {
        boolean output = true;
        for (String line = line(); line != null; line = line()) {
            if (output) {
                say("o" + line);
            } else {
                complain("e" + line);
            }
            output = !output;
        }
    }

    private void attend() throws IOException {
        for (String line = line(); line != null; line = line()) {
            if (line.startsWith("thread")) {
                say(moreArrivesSoon() ? line + ", and before the reply: " + line() : line);
            }
        }
    }

    private static void repeat(OutputStream target) throws IOException {
        byte[] lines = TEXT.repeat(1000).getBytes(StandardCharsets.UTF_8);
        while (true) {
            target.write(lines);
        }
    }

    private boolean moreArrivesSoon() throws IOException {
        long end = System.nanoTime() + ATTENTION_NANOS;
        while (in.available() == 0 && end - System.nanoTime() > 0) {
            LockSupport.parkNanos(ATTENTION_NANOS / 10);
        }
        return in.available() > 0;
    }

    /** The next line, without its LF; null at the end of stdin. */
    private @Nullable String line() throws IOException {
        var line = new ByteArrayOutputStream();
        int next = in.read();
        for (; next >= 0 && next != '\n'; next = in.read()) {
            line.write(next);
        }
        return next < 0 && line.size() == 0 ? null : line.toString(StandardCharsets.UTF_8);
    }

    private void say(String text) throws IOException {
        out.write((text + "\n").getBytes(StandardCharsets.UTF_8));
    }

    private void complain(String text) throws IOException {
        errors.write((text + "\n").getBytes(StandardCharsets.UTF_8));
    }
}
