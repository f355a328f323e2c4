package io.piperelay.platform.windows;

/** The service's ends of a child's pipes, opened together and closed together. */
record WindowsStreams(HandleOutputStream input, HandleInputStream output, HandleInputStream errors)
        implements AutoCloseable {

    /** Takes the handles over once it returns; until then, and if it throws, the caller owns them. */
    static WindowsStreams open(OwnedHandle input, OwnedHandle output, OwnedHandle errors) {
        return new WindowsStreams(
                new HandleOutputStream(input), new HandleInputStream(output), new HandleInputStream(errors));
    }

    @Override
    public void close() {
        input.close();
        output.close();
        errors.close();
    }
}
