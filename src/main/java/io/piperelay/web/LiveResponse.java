package io.piperelay.web;

import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;

/** A response whose parts matter while they are new. */
final class LiveResponse {

    private LiveResponse() {}

    /** Sends the head, so that the client knows that it is connected, and asks proxies not to gather what follows. */
    static void open(HttpServletResponse response) throws IOException {
        response.setHeader("X-Accel-Buffering", "no"); // nginx and others
        response.flushBuffer();
    }
}
