package io.piperelay.platform.windows;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Who may use a file: its owner, and the rights that its access control list grants. Users are told apart by their SIDs,
 * because their names depend on the language of Windows.
 *
 * @param owner a SID; null if it is not known
 * @param grants of the file itself, not of what inherits from it; null where there is no list, so that everybody may do
 *     everything
 */
record SecurityDescriptor(@Nullable String owner, @Nullable List<Grant> grants) {

    /** <a href="https://learn.microsoft.com/windows/win32/secauthz/well-known-sids">Well-known SIDs</a>. */
    private static final String EVERYONE = "S-1-1-0";

    /** They can read every file anyway, and the files of an elevated process may belong to them. */
    private static final Set<String> SYSTEM_AND_ADMINISTRATORS = Set.of("S-1-5-18", "S-1-5-32-544");

    /** OWNER RIGHTS is the owner; CREATOR OWNER, which only counts where it is inherited, is nobody. */
    private static final Set<String> OWNER_RIGHTS_AND_CREATOR_OWNER = Set.of("S-1-3-4", "S-1-3-0");

    /** FILE_READ_DATA, FILE_WRITE_DATA, FILE_APPEND_DATA; WRITE_DAC, WRITE_OWNER; GENERIC_READ, GENERIC_WRITE, GENERIC_ALL. */
    private static final int USE = 0x0000_0007 | 0x000C_0000 | 0xD000_0000;

    private static final int SE_DACL_PRESENT = 0x0004;
    private static final int INHERIT_ONLY_ACE = 0x08;

    /** An entry that lets a user do something. */
    record Grant(String sid, int rights) {}

    /**
     * @param selfRelative as GetFileSecurity returns it: <a
     *     href="https://learn.microsoft.com/openspecs/windows_protocols/ms-dtyp/7d4dac05-9cef-4563-a058-f108abecce1d">MS-DTYP
     *     2.4.6</a>
     */
    static SecurityDescriptor of(byte[] selfRelative) {
        ByteBuffer bytes = ByteBuffer.wrap(selfRelative).order(ByteOrder.LITTLE_ENDIAN);
        int owner = bytes.getInt(4);
        int list = (bytes.getShort(2) & SE_DACL_PRESENT) == 0 ? 0 : bytes.getInt(16);
        return new SecurityDescriptor(owner == 0 ? null : sid(bytes, owner), list == 0 ? null : grants(bytes, list));
    }

    private static List<Grant> grants(ByteBuffer bytes, int list) {
        List<Grant> grants = new ArrayList<>();
        int entry = list + 8;
        for (int left = bytes.getShort(list + 4); left > 0; left--) {
            if ((bytes.get(entry + 1) & INHERIT_ONLY_ACE) == 0) {
                grant(bytes, entry).ifPresent(grants::add);
            }
            entry += bytes.getShort(entry + 2);
        }
        return grants;
    }

    /** By the type of the entry (MS-DTYP 2.4.4.1). Of what files are not known to have, the worst is assumed. */
    private static Optional<Grant> grant(ByteBuffer bytes, int entry) {
        int rights = bytes.getInt(entry + 4);
        return switch (bytes.get(entry)) {
            case 0, 9 -> Optional.of(new Grant(sid(bytes, entry + 8), rights)); // unconditional, conditional
            case 1, 6, 10, 12 -> Optional.empty(); // They deny.
            default -> Optional.of(new Grant(EVERYONE, rights));
        };
    }

    /** As text: MS-DTYP 2.4.2.1. */
    private static String sid(ByteBuffer bytes, int at) {
        var sid = new StringBuilder("S-").append(bytes.get(at));
        long authority = bytes.duplicate().order(ByteOrder.BIG_ENDIAN).getLong(at) & 0xFFFF_FFFF_FFFFL;
        sid.append('-').append(authority);
        for (int i = 0; i < bytes.get(at + 1); i++) {
            sid.append('-').append(Integer.toUnsignedString(bytes.getInt(at + 8 + 4 * i)));
        }
        return sid.toString();
    }

    /**
     * Somebody who can learn the file's content or change it, or, as its owner, grant that, other than those who can use every
     * file of the system.
     *
     * @param user the SID of the one who should be alone in that
     */
    Optional<String> otherUser(String user) {
        if (grants == null) {
            return Optional.of(EVERYONE);
        }
        Stream<String> users = grants.stream()
                .filter(grant -> (grant.rights() & USE) != 0)
                .map(Grant::sid)
                .filter(sid -> !OWNER_RIGHTS_AND_CREATOR_OWNER.contains(sid));
        return Stream.concat(Stream.ofNullable(owner), users)
                .filter(sid -> !sid.equals(user) && !SYSTEM_AND_ADMINISTRATORS.contains(sid))
                .findFirst();
    }
}
