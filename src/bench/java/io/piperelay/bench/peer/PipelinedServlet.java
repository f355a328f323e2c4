package io.piperelay.bench.peer;

import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.ReentrantLock;

/** Writes in order without waiting for replies, which one thread reads and hands out in the same order. */
final class PipelinedServlet extends HttpServlet {

    private final ReentrantLock turn = new ReentrantLock();
    private final transient Lines child = new Lines();
    private final transient Queue<CompletableFuture<byte[]>> waiting = new ConcurrentLinkedQueue<>();

    PipelinedServlet() throws IOException {
        var reader = new Thread(this::handOut, "replies");
        reader.setDaemon(true);
        reader.start();
    }

    @Override
    protected void doPost(HttpServletRequest request, HttpServletResponse response) throws IOException {
        var reply = write(request.getInputStream().readAllBytes()).join();
        response.setContentLength(reply.length);
        response.getOutputStream().write(reply);
    }

    private CompletableFuture<byte[]> write(byte[] message) throws IOException {
        var reply = new CompletableFuture<byte[]>();
        turn.lock();
        try {
            waiting.add(reply);
            child.write(message);
            return reply;
        } finally {
            turn.unlock();
        }
    }

    private void handOut() {
        try {
            while (true) {
                var reply = child.read();
                waiting.remove().complete(reply);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
