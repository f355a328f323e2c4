package io.piperelay.browser;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Stands between a browser and a service, cuts all of their connections when it is told to, and stays where services change. */
final class CuttingProxy implements AutoCloseable {

    /** Nobody listens there. */
    private static final int NOWHERE = 1;

    private final ServerSocket listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private volatile int target;

    CuttingProxy(int target) throws IOException {
        this.target = target;
        start(this::accept);
    }

    int port() {
        return listener.getLocalPort();
    }

    /** Leads new connections to the service at this port. */
    void leadTo(int port) {
        target = port;
    }

    /** Cuts all connections, and refuses new ones until it is told where to lead them. */
    void leadNowhere() {
        target = NOWHERE;
        cut();
    }

    /** By a reset. */
    void cut() {
        open.forEach(CuttingProxy::reset);
    }

    private static void reset(Socket socket) {
        try {
            socket.setSoLinger(true, 0);
            socket.close();
        } catch (IOException e) {
            // It has ended by itself.
        }
    }

    private static void start(Runnable task) {
        var thread = new Thread(task, "proxy");
        thread.setDaemon(true);
        thread.start();
    }

    private void accept() {
        while (!listener.isClosed()) {
            try {
                Socket client = listener.accept();
                start(() -> connect(client));
            } catch (IOException e) {
                // Closed.
            }
        }
    }

    private void connect(Socket client) {
        try (client;
                Socket service = new Socket(InetAddress.getLoopbackAddress(), target)) {
            open.add(client);
            open.add(service);
            start(() -> copy(client, service));
            copy(service, client);
        } catch (IOException e) {
            // There is no service now, which clients are to notice.
        }
    }

    private void copy(Socket from, Socket to) {
        try (from;
                to) {
            from.getInputStream().transferTo(to.getOutputStream());
        } catch (IOException e) {
            // Cut, or the other direction has ended, and both connections with it.
        } finally {
            open.remove(from);
        }
    }

    @Override
    public void close() throws IOException {
        listener.close();
        cut();
    }
}
