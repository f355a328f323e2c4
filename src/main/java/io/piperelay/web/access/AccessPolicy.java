package io.piperelay.web.access;

import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What a request needs to be let in.
 *
 * @param allowedHosts names by which clients may address the service besides the loopback ones, in lower case, without a
 *     port
 * @param token what clients must present; null if the loopback interface is protection enough
 */
public record AccessPolicy(
        Set<String> allowedHosts, @Nullable AccessToken token) {

    private static final Pattern LOOPBACK =
            Pattern.compile("localhost|127\\.\\d{1,3}\\.\\d{1,3}\\.\\d{1,3}|\\[::1]|\\[0:0:0:0:0:0:0:1]");

    private static final Pattern AUTHORITY = Pattern.compile("(\\[[0-9a-f:.]+]|[a-z0-9._-]+)(:\\d{1,5})?");

    public AccessPolicy {
        allowedHosts = allowedHosts.stream()
                .map(host -> host.toLowerCase(Locale.ROOT))
                .collect(Collectors.toUnmodifiableSet());
    }

    /** @param host the value of a Host header: a name or address, with or without a port */
    boolean allowsHost(@Nullable String host) {
        if (host == null) {
            return false;
        }
        var authority = AUTHORITY.matcher(host.toLowerCase(Locale.ROOT));
        return authority.matches() && isAllowed(authority.group(1));
    }

    /** @param name of a host, in lower or upper case */
    public static boolean isLoopback(String name) {
        return LOOPBACK.matcher(name.toLowerCase(Locale.ROOT)).matches();
    }

    private boolean isAllowed(String name) {
        return isLoopback(name) || allowedHosts.contains(name);
    }
}
