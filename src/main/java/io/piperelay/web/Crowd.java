package io.piperelay.web;

import java.util.concurrent.atomic.AtomicInteger;
import org.springframework.core.env.Environment;
import org.springframework.stereotype.Component;

/** Those who are being answered at the moment, of the kinds of requests that may wait: how many they are, and may be. */
@Component
public final class Crowd {

    final ConcurrencyLimit readers;
    final ConcurrencyLimit writers;
    final ConcurrencyLimit observers;
    private final AtomicInteger sockets = new AtomicInteger();

    Crowd(PipeLimits limits, Environment environment) {
        this.readers = new ConcurrencyLimit(limits.waitingReaders(environment));
        this.writers = new ConcurrencyLimit(limits.waitingWriters(environment));
        this.observers = new ConcurrencyLimit(limits.observers());
    }

    /** Reads, streams and exchanges. */
    public int readers() {
        return readers.admitted();
    }

    /** Writes. */
    public int writers() {
        return writers.admitted();
    }

    /** Event streams. */
    public int observers() {
        return Math.max(0, observers.admitted() - sockets()); // One may come or go between the two.
    }

    /** WebSockets, which count as observers where it matters how many there may be. */
    public int sockets() {
        return sockets.get();
    }

    /** @return gives the place back; to be called once */
    Runnable enterSocket() {
        observers.enter();
        sockets.incrementAndGet();
        return () -> {
            sockets.decrementAndGet();
            observers.leave();
        };
    }
}
