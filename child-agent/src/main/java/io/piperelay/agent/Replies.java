package io.piperelay.agent;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/**
 * Answers each message with the same text, until the input ends.
 *
 * <p>A message ends with a NUL or LF, which belongs to it, or where its {@link MessageEnd} says so, or at the end of the
 * input. It may consist of its terminator alone. The answer to a message that ends with LF is the text and an LF, so that
 * both sides keep to lines; to any other it is exactly the text. Messages of any length take the same memory.
 */
final class Replies {

    private static final int BUFFER_SIZE = 64 * 1024;

    private final InputStream input;
    private final OutputStream output;
    private final MessageEnd messageEnd;
    private final byte[] reply;
    private final Reports reports;
    private final Excerpt message = new Excerpt();

    Replies(InputStream input, OutputStream output, MessageEnd messageEnd, String reply, Reports reports) {
        this.input = input;
        // Many short messages may arrive in one read, and are answered in one write.
        this.output = new BufferedOutputStream(output);
        this.messageEnd = messageEnd;
        this.reply = reply.getBytes(StandardCharsets.UTF_8);
        this.reports = reports;
    }

    void run() throws IOException {
        byte[] buffer = new byte[BUFFER_SIZE];
        int count;
        while ((count = input.read(buffer, 0, buffer.length)) >= 0) {
            answerTerminated(buffer, count);
            if (message.size() > 0 && messageEnd.reached()) {
                answerUnterminated();
            }
        }
        if (message.size() > 0) {
            answerUnterminated();
        }
    }

    private void answerTerminated(byte[] buffer, int count) throws IOException {
        int start = 0;
        for (int i = 0; i < count; i++) {
            byte last = buffer[i];
            if (last == '\n' || last == 0) {
                message.add(buffer, start, i + 1 - start);
                start = i + 1;
                output.write(reply, 0, reply.length);
                if (last == '\n') {
                    output.write('\n');
                }
                if (start == count) {
                    output.flush();
                }
                report();
            }
        }
        if (start < count) {
            message.add(buffer, start, count - start);
            output.flush();
        }
    }

    private void answerUnterminated() throws IOException {
        output.write(reply, 0, reply.length);
        output.flush();
        report();
    }

    /** After the answer has been sent, wherever possible: nobody waits for the report. */
    private void report() {
        reports.received(message);
        message.clear();
    }
}
