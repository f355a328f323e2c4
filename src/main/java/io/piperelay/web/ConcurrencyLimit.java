package io.piperelay.web;

import io.piperelay.web.problem.ProblemException;
import io.piperelay.web.problem.ProblemType;
import java.io.IOException;
import java.util.concurrent.Semaphore;

/**
 * Limits how many requests wait at once, so that threads are left for those that never wait. Requests beyond the limit are
 * refused at once.
 */
final class ConcurrencyLimit {

    interface Waiting<T> {
        T get() throws IOException, InterruptedException;
    }

    interface Delivery {
        void run() throws IOException, InterruptedException;
    }

    private final int places;
    private final Semaphore free;

    ConcurrencyLimit(int places) {
        this.places = places;
        this.free = new Semaphore(places);
    }

    /** Takes a place, which its holder {@linkplain #leave gives back}. */
    void enter() {
        if (!free.tryAcquire()) {
            throw new ProblemException(
                    ProblemType.TOO_MANY_WAITING, places + " requests of this kind are already waiting.");
        }
    }

    void leave() {
        free.release();
    }

    void admit(Delivery request) throws IOException, InterruptedException {
        enter();
        try {
            request.run();
        } finally {
            leave();
        }
    }

    <T> T admit(Waiting<T> request) throws IOException, InterruptedException {
        enter();
        try {
            return request.get();
        } finally {
            leave();
        }
    }

    /** How many there are at the moment. */
    int admitted() {
        return places - free.availablePermits();
    }
}
