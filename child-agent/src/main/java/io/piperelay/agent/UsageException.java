package io.piperelay.agent;

/** A command line that the agent does not understand; the message is for whoever wrote it. */
final class UsageException extends Exception {

    private static final long serialVersionUID = 1L;

    UsageException(String problem) {
        super("child-agent: " + problem + System.lineSeparator() + "usage: child-agent [--reply TEXT] [--shared]");
    }
}
