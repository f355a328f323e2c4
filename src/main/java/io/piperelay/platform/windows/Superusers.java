package io.piperelay.platform.windows;

import com.sun.jna.platform.win32.Advapi32Util;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The accounts that can read every file, whatever its access control list says: <a
 * href="https://learn.microsoft.com/windows/win32/secauthz/well-known-sids">well-known SIDs</a>.
 */
public final class Superusers {

    private static final String LOCAL_SYSTEM = "S-1-5-18";
    private static final String ADMINISTRATORS = "S-1-5-32-544";

    private Superusers() {}

    /** As {@code DOMAIN\NAME}, in the words of this Windows' language. */
    public static Set<String> names() {
        return Stream.of(LOCAL_SYSTEM, ADMINISTRATORS)
                .map(sid -> Advapi32Util.getAccountBySid(sid).fqn)
                .collect(Collectors.toUnmodifiableSet());
    }
}
