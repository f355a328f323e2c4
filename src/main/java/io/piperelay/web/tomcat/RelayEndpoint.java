package io.piperelay.web.tomcat;

import org.apache.tomcat.util.net.NioChannel;
import org.apache.tomcat.util.net.NioEndpoint;
import org.apache.tomcat.util.net.SocketBufferHandler;
import org.apache.tomcat.util.net.SocketEvent;
import org.apache.tomcat.util.net.SocketWrapperBase;
import org.apache.tomcat.util.threads.TaskQueue;
import org.apache.tomcat.util.threads.TaskThreadFactory;

/**
 * Takes connections, also while the system has no more threads to serve them. Tomcat's own ends the thread that watches
 * all connections then, and with it the service.
 */
final class RelayEndpoint extends NioEndpoint {

    /** Called only where there are no virtual threads: those are an executor from outside. */
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

    @Override
    public void startInternal() throws Exception {
        super.startInternal();
        if (!internalExecutor) {
            CarrierThreads.keep(getExecutor(), getUtilityExecutor());
        }
    }

    @Override
    protected NioChannel createChannel(SocketBufferHandler buffer) {
        return isSSLEnabled() ? super.createChannel(buffer) : new TimelyChannel(buffer);
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
