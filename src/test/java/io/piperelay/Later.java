package io.piperelay;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Runs what may block, each in a thread of its own. Without an executor, {@link CompletableFuture} uses the common pool, since
 * JDK 25 also where that has a single thread: on a machine with two processors.
 */
public final class Later {

    private static final Executor THREAD_EACH = task -> {
        var thread = new Thread(task, "later");
        thread.setDaemon(true);
        thread.start();
    };

    private Later() {}

    public static <T extends @Nullable Object> CompletableFuture<T> get(Supplier<T> task) {
        return CompletableFuture.supplyAsync(task, THREAD_EACH);
    }

    public static CompletableFuture<Void> run(Runnable task) {
        return CompletableFuture.runAsync(task, THREAD_EACH);
    }
}
