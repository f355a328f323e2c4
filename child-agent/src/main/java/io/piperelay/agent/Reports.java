package io.piperelay.agent;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/**
 * Reports on standard error what the agent received: one line for each read or message, such as {@code received 16 bytes:
 * "Bingo hen shuai\0"}, and the total at the end.
 *
 * <p>When there are more reports than anybody could follow, most lines are left out, so that reporting costs next to
 * nothing; the next line says how many. A broken standard error is ignored. Blocks like any write to a pipe.
 */
final class Reports {

    private final OutputStream errors;
    private final ReportRate rate = new ReportRate();
    private final Excerpt excerpt = new Excerpt();
    private long size;
    private long leftOut;

    Reports(OutputStream errors) {
        this.errors = errors;
    }

    void received(byte[] buffer, int length) {
        if (isDue(length)) {
            excerpt.add(buffer, 0, length);
            print(excerpt);
            excerpt.clear();
        }
    }

    void received(Excerpt message) {
        if (isDue(message.size())) {
            print(message);
        }
    }

    void total() {
        StringBuilder line = new StringBuilder();
        line.append("end of input after ").append(size).append(size == 1 ? " byte" : " bytes");
        appendLeftOut(line);
        print(line);
    }

    private boolean isDue(long length) {
        size += length;
        boolean due = rate.admits(System.nanoTime());
        if (!due) {
            leftOut++;
        }
        return due;
    }

    private void print(Excerpt received) {
        StringBuilder line = new StringBuilder(160);
        line.append("received ");
        received.appendTo(line);
        appendLeftOut(line);
        print(line);
    }

    private void appendLeftOut(StringBuilder line) {
        if (leftOut > 0) {
            line.append(" (").append(leftOut).append(" reports left out before)");
            leftOut = 0;
        }
    }

    private void print(StringBuilder line) {
        byte[] bytes = line.append('\n').toString().getBytes(StandardCharsets.UTF_8);
        try {
            errors.write(bytes, 0, bytes.length);
        } catch (IOException e) {
            // The conversation matters, not the reports about it.
        }
    }
}
