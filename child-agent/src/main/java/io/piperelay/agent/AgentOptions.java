package io.piperelay.agent;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;

/**
 * The agent's command line.
 *
 * @param reply the text that answers each message, or null to echo the input
 * @param shared whether standard input and output are the two ends of one pipe
 */
record AgentOptions(String reply, boolean shared) {

    /** @throws UsageException if an argument is unknown, repeated or lacks its value */
    static AgentOptions parse(String[] arguments) throws UsageException {
        return arguments.length > 0 && arguments[0].equals("--percent-encoded")
                ? parsePlain(decoded(arguments))
                : parsePlain(arguments);
    }

    private static String[] decoded(String[] arguments) throws UsageException {
        String[] decoded = new String[arguments.length - 1];
        try {
            for (int i = 0; i < decoded.length; i++) {
                decoded[i] = URLDecoder.decode(arguments[i + 1], StandardCharsets.UTF_8);
            }
        } catch (IllegalArgumentException e) {
            throw new UsageException("not percent-encoded: " + e.getMessage());
        }
        return decoded;
    }

    private static AgentOptions parsePlain(String[] arguments) throws UsageException {
        String reply = null;
        boolean shared = false;
        for (int i = 0; i < arguments.length; i++) {
            String argument = arguments[i];
            if (argument.equals("--shared")) {
                shared = true;
            } else if (!argument.equals("--reply")) {
                throw new UsageException("unknown argument: " + argument);
            } else if (reply != null) {
                throw new UsageException("--reply must not be repeated");
            } else if (++i == arguments.length) {
                throw new UsageException("--reply requires a text");
            } else {
                reply = arguments[i];
            }
        }
        return new AgentOptions(reply, shared);
    }
}
