package io.piperelay.session;

/** Which of the child's output streams bytes come from: its stdout or its stderr. */
public enum StandardStream {
    OUTPUT("output"),
    ERRORS("errors");

    private final String name;

    StandardStream(String name) {
        this.name = name;
    }

    @Override
    public String toString() {
        return name;
    }
}
