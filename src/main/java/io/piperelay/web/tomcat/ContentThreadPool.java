package io.piperelay.web.tomcat;

import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import org.apache.tomcat.util.threads.TaskQueue;
import org.apache.tomcat.util.threads.ThreadPoolExecutor;

/**
 * Tomcat's thread pool, except that it makes do with the threads it has when the system has no more to give. Without it, on
 * a JDK without virtual threads, clients would then be disconnected although idle threads could serve them.
 */
final class ContentThreadPool extends ThreadPoolExecutor {

    private final TaskQueue queue;

    ContentThreadPool(int minSpare, int max, int maxIdleMillis, TaskQueue queue, ThreadFactory threads) {
        super(minSpare, max, maxIdleMillis, TimeUnit.MILLISECONDS, queue, threads);
        this.queue = queue;
        queue.setParent(this);
    }

    @Override
    public void execute(Runnable task) {
        try {
            super.execute(task);
        } catch (OutOfMemoryError e) {
            // The task already counts as submitted, like those in the queue.
            if (getPoolSize() == 0 || !queue.force(task)) {
                throw new RejectedExecutionException("There are no threads", e);
            }
        }
    }
}
