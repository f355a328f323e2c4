package io.piperelay.session;

/** What it took to end the child. */
public enum StoppedBy {
    END_OF_INPUT("end-of-input"),
    TERMINATE("terminate"),
    KILL("kill");

    private final String name;

    StoppedBy(String name) {
        this.name = name;
    }

    @Override
    public String toString() {
        return name;
    }
}
