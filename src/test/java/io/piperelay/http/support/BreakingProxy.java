package io.piperelay.http.support;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Stands between a service and its clients, and breaks each connection off after a number of bytes that is drawn by lot for
 * each direction: of the answers often so few that a request has arrived, and its answer does not. Half of the connections end
 * by a reset.
 */
public final class BreakingProxy implements AutoCloseable {

    private static final int MOST_BYTES = 150_000;

    /** The length of an answer to a write, or of two. */
    private static final int FEW_BYTES = 500;

    private final ServerSocket listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    private final int target;
    private final Random lots;
    private final AtomicInteger broken = new AtomicInteger();

    /** @param seed of what is drawn; how the connections' bytes come together is left to chance all the same */
    public BreakingProxy(int target, long seed) throws IOException {
        this.target = target;
        this.lots = new Random(seed);
        start(this::accept);
    }

    public int port() {
        return listener.getLocalPort();
    }

    /** How many connections have been broken off. */
    public int broken() {
        return broken.get();
    }

    private static void start(Runnable task) {
        var thread = new Thread(task, "proxy");
        thread.setDaemon(true);
        thread.start();
    }

    private void accept() {
        while (!listener.isClosed()) {
            try {
                var pair = new Pair(listener.accept(), new Socket(InetAddress.getLoopbackAddress(), target));
                int requests = lots.nextInt(MOST_BYTES);
                int answers = lots.nextInt(lots.nextBoolean() ? FEW_BYTES : MOST_BYTES);
                start(() -> pair.copy(pair.client, pair.service, requests));
                start(() -> pair.copy(pair.service, pair.client, answers));
            } catch (IOException e) {
                // Closed; or the service is gone, which its test will notice.
            }
        }
    }

    @Override
    public void close() throws IOException {
        listener.close();
    }

    /** One client's connection, and its continuation. */
    private final class Pair {

        private final Socket client;
        private final Socket service;
        private final boolean reset = lots.nextBoolean();

        Pair(Socket client, Socket service) {
            this.client = client;
            this.service = service;
        }

        void copy(Socket from, Socket to, int most) {
            byte[] buffer = new byte[8192];
            try (from;
                    to) {
                InputStream source = from.getInputStream();
                int left = most;
                for (int length = source.read(buffer); length > 0; length = source.read(buffer)) {
                    to.getOutputStream().write(buffer, 0, Math.min(length, left));
                    left -= length;
                    if (left < 0) {
                        breakOff();
                        return;
                    }
                }
            } catch (IOException e) {
                // The other direction has ended, and both connections with it.
            }
        }

        private void breakOff() throws IOException {
            broken.incrementAndGet();
            if (reset) {
                client.setSoLinger(true, 0);
                service.setSoLinger(true, 0);
            }
        }
    }
}
