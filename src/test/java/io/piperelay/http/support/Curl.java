package io.piperelay.http.support;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.net.http.HttpHeaders;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** curl, for names that resolve to this machine and certificates that sign themselves. */
public final class Curl {

    private final String origin;
    private final List<String> always;

    /**
     * @param name of the host, which is this machine
     * @param always what is sent with every request
     */
    public Curl(String name, int port, Path certificate, String... always) {
        this.origin = "https://" + name + ":" + port;
        this.always = new ArrayList<>(List.of(
                "curl",
                "--silent",
                "--show-error",
                "--max-time",
                "100",
                "--cacert",
                certificate.toString(),
                "--resolve",
                name + ":" + port + ":127.0.0.1"));
        this.always.addAll(List.of(always));
    }

    /** Scheme, host and port. */
    public String origin() {
        return origin;
    }

    /** Runs it, with its output as a stream. */
    public Process start(String path, String... options) throws IOException {
        List<String> command = new ArrayList<>(always);
        command.addAll(List.of(options));
        command.add(origin + path);
        return new ProcessBuilder(command).redirectError(Redirect.INHERIT).start();
    }

    public Answer get(String path, String... options) throws IOException {
        List<String> all = new ArrayList<>(List.of("--include"));
        all.addAll(List.of(options));
        Process process = start(path, all.toArray(String[]::new));
        return answer(process.getInputStream().readAllBytes());
    }

    public Answer post(String path, String body, String... options) throws IOException {
        List<String> all = new ArrayList<>(List.of("--data-binary", body));
        all.addAll(List.of(options));
        return get(path, all.toArray(String[]::new));
    }

    private static Answer answer(byte[] all) {
        String text = new String(all, ISO_8859_1);
        int end = text.indexOf("\r\n\r\n");
        if (end < 0) {
            throw new AssertionError("no answer: " + text);
        }
        String[] head = text.substring(0, end).split("\r\n", -1);
        int status = Integer.parseInt(head[0].split(" ", -1)[1]);
        byte[] body = Arrays.copyOfRange(all, end + 4, all.length);
        if (status < 200) {
            return answer(body); // After an interim answer.
        }
        Map<String, List<String>> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        for (String line : Arrays.asList(head).subList(1, head.length)) {
            String[] field = line.split(": ?", 2);
            headers.computeIfAbsent(field[0], name -> new ArrayList<>()).add(field[1]);
        }
        return new Answer(status, HttpHeaders.of(headers, (name, value) -> true), body);
    }
}
