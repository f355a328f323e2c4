import java.io.IOException;
import java.net.URI;
import java.net.http.*;
import java.util.Arrays;
import java.util.regex.Pattern;

/**
 * Copies stdin to the child of the current session, and the child's output to stdout, each byte exactly once, however often
 * the connection is lost: java RetryByOffset.java http://127.0.0.1:8080 < input > output
 */
class RetryByOffset {
    static final HttpClient CLIENT = HttpClient.newHttpClient();

    public static void main(String[] arguments) throws Exception {
        String pipe = arguments[0] + "/pipe", status = new String(ask(pipe, null));
        String session = "?session=" + find(status, "\"id\":\"(.*?)\""), read = pipe + "/read" + session + "&offset=";
        long input = Long.parseLong(find(status, "\"input\":\\{\"offset\":(\\d+)"));
        new Thread(() -> write(pipe + "/write" + session + "&offset=", input)).start();
        long offset = Long.parseLong(find(status, "\"cursor\":(\\d+)"));
        for (byte[] output = ask(read + offset, null); output != null; output = ask(read + offset, null)) {
            System.out.write(output);
            System.out.flush();
            offset += output.length; // The next request confirms what has arrived, and asks for what follows.
        }
    }

    static void write(String target, long offset) {
        try {
            byte[] buffer = new byte[65536];
            for (int length; (length = System.in.read(buffer)) > 0; offset += length)
                ask(target + offset, Arrays.copyOf(buffer, length));
            ask(target + offset + "&eof=true", new byte[0]);
        } catch (Exception e) {
            e.printStackTrace();
            System.exit(1);
        }
    }

    /** Sends the very same request until it is answered; null at the end of the output. */
    static byte[] ask(String target, byte[] body) throws InterruptedException {
        var request = HttpRequest.newBuilder(URI.create(target)).timeout(java.time.Duration.ofSeconds(90))
                .headers("Accept", "application/octet-stream, application/json", "Content-Type", "application/octet-stream");
        if (body != null) request.POST(HttpRequest.BodyPublishers.ofByteArray(body));
        for (;; Thread.sleep(100)) {
            try {
                var answer = CLIENT.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
                if (answer.statusCode() < 300) return answer.body();
                String problem = new String(answer.body());
                if (problem.contains("/problems/end-of-output")) return null;
                if (answer.statusCode() != 408 && answer.statusCode() != 503) throw new IllegalStateException(problem);
            } catch (IOException e) { // The connection is lost, and perhaps an answer: what was done is not done again.
            }
        }
    }

    static String find(String text, String pattern) {
        return Pattern.compile(pattern).matcher(text).results().findFirst().orElseThrow().group(1);
    }
}
