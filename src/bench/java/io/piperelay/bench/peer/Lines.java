package io.piperelay.bench.peer;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Arrays;

/** A {@code cat} on {@link ProcessBuilder}'s streams, to which lines are written, and which answers with lines. */
final class Lines {

    private final OutputStream input;
    private final InputStream output;
    private byte[] arrived = new byte[64 * 1024];
    private int count;

    Lines() throws IOException {
        var child = new ProcessBuilder("/bin/cat").start();
        input = child.getOutputStream();
        output = child.getInputStream();
    }

    void write(byte[] line) throws IOException {
        input.write(line);
        input.write('\n');
        input.flush();
    }

    /** Waits for a line, and returns it with its line feed. */
    byte[] read() throws IOException {
        int searched = 0;
        while (true) {
            for (; searched < count; searched++) {
                if (arrived[searched] == '\n') {
                    return take(searched + 1);
                }
            }
            int more = output.read(arrived, count, arrived.length - count);
            if (more < 0) {
                throw new EOFException("the child has ended");
            }
            count += more;
        }
    }

    private byte[] take(int length) {
        var line = Arrays.copyOf(arrived, length);
        count -= length;
        System.arraycopy(arrived, length, arrived, 0, count);
        return line;
    }
}
