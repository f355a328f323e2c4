package io.piperelay.bench.peer;

import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.concurrent.locks.ReentrantLock;

/** The naive exchange: write and read under a lock, in the request's own thread. */
final class SerialServlet extends HttpServlet {

    private final ReentrantLock turn = new ReentrantLock();
    private final transient Lines child = new Lines();

    SerialServlet() throws IOException {}

    @Override
    protected void doPost(HttpServletRequest request, HttpServletResponse response) throws IOException {
        var reply = exchange(request.getInputStream().readAllBytes());
        response.setContentLength(reply.length);
        response.getOutputStream().write(reply);
    }

    private byte[] exchange(byte[] message) throws IOException {
        turn.lock();
        try {
            child.write(message);
            return child.read();
        } finally {
            turn.unlock();
        }
    }
}
