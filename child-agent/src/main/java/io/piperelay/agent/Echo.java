package io.piperelay.agent;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/** Sends every byte back as it arrives, until the input ends, without buffering any. */
final class Echo {

    private static final int BUFFER_SIZE = 64 * 1024;

    private final InputStream input;
    private final OutputStream output;
    private final Reports reports;

    Echo(InputStream input, OutputStream output, Reports reports) {
        this.input = input;
        this.output = output;
        this.reports = reports;
    }

    void run() throws IOException {
        byte[] buffer = new byte[BUFFER_SIZE];
        int count;
        while ((count = input.read(buffer, 0, buffer.length)) >= 0) {
            output.write(buffer, 0, count);
            reports.received(buffer, count);
        }
    }
}
