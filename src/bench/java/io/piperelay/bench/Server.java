package io.piperelay.bench;

import static java.util.concurrent.TimeUnit.SECONDS;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A contender that runs, with its children. */
final class Server implements AutoCloseable {

    private static final long START_NANOS = SECONDS.toNanos(60);
    /** Stands in a command for the port. */
    static final String PORT = "{port}";

    private final Process process;
    private final int port;
    private final Path log;

    private Server(Process process, int port, Path log) {
        this.process = process;
        this.port = port;
        this.log = log;
    }

    /** Starts it on a free port, without waiting for anything. */
    static Server launch(List<String> command, Cores cores, Path folder) throws IOException {
        int port = freePort();
        var words = new ArrayList<>(command);
        words.replaceAll(word -> word.replace(PORT, String.valueOf(port)));
        var log = Files.createTempFile(folder, "server", ".log");
        var process = new ProcessBuilder(cores.pinned(words))
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        return new Server(process, port, log);
    }

    /** Starts it, and waits until it accepts connections. */
    static Server start(List<String> command, Cores cores, Path folder) throws IOException, InterruptedException {
        var server = launch(command, cores, folder);
        try {
            server.awaitConnections();
            return server;
        } catch (IOException | InterruptedException | RuntimeException e) {
            server.close();
            throw e;
        }
    }

    private static int freePort() throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private void awaitConnections() throws IOException, InterruptedException {
        long deadline = System.nanoTime() + START_NANOS;
        while (!accepts()) {
            if (!process.isAlive() || System.nanoTime() > deadline) {
                throw new IOException(lastWords());
            }
            Thread.sleep(20);
        }
    }

    private boolean accepts() {
        try (var socket = new Socket(address().getAddress(), port)) {
            return socket.isConnected();
        } catch (IOException e) {
            return false;
        }
    }

    private String lastWords() throws IOException {
        var lines = Files.readAllLines(log);
        return lines.isEmpty() ? "it says nothing" : lines.get(lines.size() - 1);
    }

    InetSocketAddress address() {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    }

    ProcessHandle handle() {
        return process.toHandle();
    }

    Usage usage() throws IOException {
        return Usage.of(handle());
    }

    /** Ends it and then what it has left of its children. */
    @Override
    public void close() {
        var children = handle().descendants().toList();
        process.destroy();
        try {
            if (!process.waitFor(10, SECONDS)) {
                process.destroyForcibly().waitFor();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
        children.forEach(ProcessHandle::destroyForcibly);
    }
}
