package io.piperelay.web.tomcat;

import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SocketChannel;
import java.util.concurrent.TimeUnit;
import org.apache.tomcat.util.net.NioChannel;
import org.apache.tomcat.util.net.NioEndpoint;
import org.apache.tomcat.util.net.SocketBufferHandler;
import org.apache.tomcat.util.net.SocketEvent;
import org.apache.tomcat.util.net.SocketWrapperBase;
import org.apache.tomcat.util.threads.TaskQueue;
import org.apache.tomcat.util.threads.TaskThreadFactory;

/**
 * Keeps serving connections when the system is short of descriptors, threads or memory for one of them. Without it, a
 * shortage would end the thread that accepts connections, or the one that polls them all, and with it the service. Also
 * gives connections this package's channels.
 */
final class RelayEndpoint extends NioEndpoint {

    private static final long FIRST_DELAY_MILLIS = 50;
    private static final long LAST_DELAY_MILLIS = 800;
    private static final long SILENCE_NANOS = TimeUnit.MINUTES.toNanos(1);

    private final LargeBuffers largeBuffers =
            LargeBuffers.ofHeap(Runtime.getRuntime().maxMemory());

    /** Confined to the accepting thread. */
    private long nextWarning = System.nanoTime();

    /** Called only if there are no virtual threads, for which Tomcat is given an executor. */
    @Override
    public void createExecutor() {
        setExecutor(new ContentThreadPool(
                getMinSpareThreads(),
                getMaxThreads(),
                getThreadsMaxIdleTime(),
                new TaskQueue(getMaxQueueSize()),
                new TaskThreadFactory(getName() + "-exec-", getDaemon(), getThreadPriority())));
        internalExecutor = true;
    }

    /**
     * Clients that cannot be accepted yet wait in the system's queue. Tomcat's own implementation logs each failure with its
     * stack trace; without descriptors, not even the classes for that can be loaded, and their absence ends its thread.
     */
    @Override
    protected SocketChannel serverSocketAccept() throws Exception {
        for (long delay = FIRST_DELAY_MILLIS; ; delay = Math.min(2 * delay, LAST_DELAY_MILLIS)) {
            try {
                return super.serverSocketAccept();
            } catch (ClosedChannelException e) {
                throw e;
            } catch (IOException e) {
                if (!isRunning()) {
                    throw e;
                }
                if (System.nanoTime() - nextWarning >= 0) {
                    getLog().warn("New connections wait: " + e.getMessage());
                    nextWarning = System.nanoTime() + SILENCE_NANOS;
                }
                Thread.sleep(delay);
            }
        }
    }

    /** @return false if the connection is to be closed */
    @Override
    protected boolean setSocketOptions(SocketChannel socket) {
        try {
            return super.setSocketOptions(socket);
        } catch (OutOfMemoryError e) {
            getLog().warn("A connection is closed, because there is no memory to serve it");
            if (!connections.containsKey(socket)) {
                destroySocket(socket);
            }
            return false;
        }
    }

    @Override
    protected NioChannel createChannel(SocketBufferHandler tomcats) {
        var buffers = new SocketBuffers(largeBuffers);
        return isSSLEnabled() ? new DeadlineChannel.Secure(buffers, this) : new DeadlineChannel.Plain(buffers);
    }

    /** @return false if the connection is to be closed */
    @Override
    public boolean processSocket(SocketWrapperBase<NioChannel> socket, SocketEvent event, boolean dispatch) {
        try {
            return super.processSocket(socket, event, dispatch);
        } catch (OutOfMemoryError e) {
            getLog().warn("A connection is closed, because no thread can be started to serve it");
            return false;
        }
    }
}
