package io.piperelay.web.access;

import io.piperelay.startup.StartException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Who is let in, as the operator configured it.
 *
 * @param token what clients must present as a bearer token; by default none
 * @param tokenFile a file that holds the token, which is generated if the file does not exist; by default none
 * @param allowedHosts names by which clients may address the service besides the loopback ones; by default none
 */
@ConfigurationProperties("pipe.access")
public record AccessSettings(
        @Nullable String token,
        @Nullable Path tokenFile,
        @DefaultValue List<String> allowedHosts) {

    /** A name, or an address; in brackets if it has colons, as in a URL and in a Host header. */
    private static final Pattern HOST =
            Pattern.compile("[a-z0-9_]([a-z0-9_.-]*[a-z0-9_])?\\.?|\\[[0-9a-f:.]*:[0-9a-f:.]*]");

    /** Addresses that one can listen on, but that no client can use. */
    private static final Set<String> NOBODY = Set.of("0.0.0.0", "[::]");

    private static final int LONGEST_HOST = 255;

    public AccessSettings {
        if (token != null && tokenFile != null) {
            throw new StartException(
                    "pipe.access.token and pipe.access.token-file are both there: only one can count.");
        }
        allowedHosts.forEach(AccessSettings::check);
    }

    private static void check(String host) {
        String name = host.toLowerCase(Locale.ROOT);
        if (!HOST.matcher(name).matches()
                || name.contains("..")
                || NOBODY.contains(name)
                || name.length() > LONGEST_HOST) {
            throw new StartException("pipe.access.allowed-hosts can't have '" + host
                    + "': it is a list of names or addresses such as relay.lan, 192.0.2.7 or [2001:db8::7], without"
                    + " http://, port or *.");
        }
    }
}
