package io.piperelay.session;

/** The turns that an exchange needs: its own among exchanges, and then both the writers' and the readers'. */
final class ExchangeTurns {

    private final Turn exchanges = new Turn();
    private final Turn writers;
    private final Turn readers;

    ExchangeTurns(Turn writers, Turn readers) {
        this.writers = writers;
        this.readers = readers;
    }

    /** @throws PipeException {@code PIPE_BUSY} or {@code CLIENT_GONE}, without any turn, if the deadline passed first */
    void begin(Deadline deadline) throws InterruptedException {
        beginAmongExchanges(deadline);
        try {
            beginBoth(deadline);
        } catch (Throwable e) {
            exchanges.end();
            throw e;
        }
    }

    void end() {
        readers.end();
        writers.end();
        exchanges.end();
    }

    void beginAmongExchanges(Deadline deadline) throws InterruptedException {
        begin(exchanges, deadline);
    }

    void endAmongExchanges() {
        exchanges.end();
    }

    /**
     * Begins the other two turns. Never waits for one while holding the other: a reader would get no output while writers are
     * blocked, and a writer could not get rid of its input while readers are.
     */
    void beginBoth(Deadline deadline) throws InterruptedException {
        Turn wanted = writers;
        Turn other = readers;
        while (wanted.begin(deadline)) {
            if (other.tryBegin()) {
                return;
            }
            wanted.end();
            Turn busy = other;
            other = wanted;
            wanted = busy;
        }
        throw InputWriter.noTurn(deadline);
    }

    void beginWriting(Deadline deadline) throws InterruptedException {
        begin(writers, deadline);
    }

    void endWriting() {
        writers.end();
    }

    void endReading() {
        readers.end();
    }

    private static void begin(Turn turn, Deadline deadline) throws InterruptedException {
        if (!turn.begin(deadline)) {
            throw InputWriter.noTurn(deadline);
        }
    }
}
