package io.piperelay.platform.windows;

/** The service's ends of a child's pipes, opened together and closed together. */
record WindowsStreams(HandleOutputStream input, HandleInputStream output, HandleInputStream errors)
        implements AutoCloseable {

    /** Takes ownership of the handles when it returns; if it throws, the caller still owns them. */
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
