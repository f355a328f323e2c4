package io.piperelay.bench.load;

import java.io.EOFException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntFunction;

/**
 * Connections to one server, each of which asks its question again as soon as it has its answer. One thread serves them all
 * and sleeps while nothing arrives, so that the server is left as much of the processors as can be. Not thread-safe.
 */
public final class Load implements AutoCloseable {

    private static final int LONGEST_ANSWER = 16 * 1024;

    private final InetSocketAddress server;
    private final Selector selector;
    private final List<Client> clients = new ArrayList<>();
    private final Latencies latencies = new Latencies();
    private boolean asking;
    private int unanswered;

    private Load(InetSocketAddress server, Selector selector) {
        this.server = server;
        this.selector = selector;
    }

    /** Opens the connections; what each one says may depend on its number, from 0. */
    public static Load open(InetSocketAddress server, int connections, IntFunction<Dialogue> dialogues)
            throws IOException {
        var load = new Load(server, Selector.open());
        try {
            for (int i = 0; i < connections; i++) {
                load.clients.add(load.new Client(dialogues.apply(i)));
            }
            return load;
        } catch (IOException | RuntimeException e) {
            load.close();
            throw e;
        }
    }

    /** Asks for so long, and then waits for the last answers. */
    public LoadResult run(Duration duration) throws IOException {
        latencies.clear();
        asking = true;
        long start = System.nanoTime();
        for (var client : clients) {
            client.ask();
        }
        while (unanswered > 0) {
            selector.select(SelectedClient::serve, 30_000);
            asking = System.nanoTime() - start < duration.toNanos();
        }
        return new LoadResult(System.nanoTime() - start, latencies.sorted());
    }

    @Override
    public void close() throws IOException {
        for (var client : clients) {
            client.channel.close();
        }
        selector.close();
    }

    /** Lets failures through the selector, whose callback may throw none that are checked. */
    private static final class SelectedClient {

        static void serve(SelectionKey key) {
            try {
                ((Client) key.attachment()).hear();
            } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
        }
    }

    private final class Client {

        private final Dialogue dialogue;
        private final ByteBuffer arrived = ByteBuffer.allocateDirect(LONGEST_ANSWER);
        private SocketChannel channel;
        private long askedAt;

        Client(Dialogue dialogue) throws IOException {
            this.dialogue = dialogue;
            channel = connect();
        }

        private SocketChannel connect() throws IOException {
            var opened = SocketChannel.open(server);
            opened.setOption(StandardSocketOptions.TCP_NODELAY, true);
            dialogue.open(opened);
            opened.configureBlocking(false);
            opened.register(selector, SelectionKey.OP_READ, this);
            return opened;
        }

        void ask() throws IOException {
            askedAt = System.nanoTime();
            var question = dialogue.question();
            if (channel.write(question) < question.limit()) {
                throw new IOException("the server does not even take a short request");
            }
            arrived.clear();
            unanswered++;
        }

        void hear() throws IOException {
            if (channel.read(arrived) < 0) {
                throw new EOFException("the server closed a connection instead of answering");
            }
            var answer = dialogue.answer(arrived);
            if (answer == Dialogue.Answer.UNFINISHED) {
                return;
            }
            latencies.add(System.nanoTime() - askedAt);
            unanswered--;
            if (answer == Dialogue.Answer.LAST) {
                channel.close();
                channel = connect();
            }
            if (asking) {
                ask();
            }
        }
    }

    /** One number for each request, without an object for each. */
    private static final class Latencies {

        private long[] nanos = new long[1 << 16];
        private int count;

        void clear() {
            count = 0;
        }

        void add(long latency) {
            if (count == nanos.length) {
                nanos = Arrays.copyOf(nanos, 2 * count);
            }
            nanos[count++] = latency;
        }

        long[] sorted() {
            var sorted = Arrays.copyOf(nanos, count);
            Arrays.sort(sorted);
            return sorted;
        }
    }
}
