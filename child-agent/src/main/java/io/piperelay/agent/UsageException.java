package io.piperelay.agent;

/** An invalid command line; the message is for the user who wrote it. */
final class UsageException extends Exception {

    private static final long serialVersionUID = 1L;

    UsageException(String problem) {
        super("child-agent: " + problem + System.lineSeparator()
                + "usage: child-agent [--percent-encoded] [--reply TEXT] [--shared]");
    }
}
