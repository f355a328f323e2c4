package io.piperelay.platform.windows;

import com.sun.jna.platform.win32.Advapi32Util;
import io.piperelay.platform.OwnerOnlyFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.AclEntry;
import java.nio.file.attribute.AclEntryPermission;
import java.nio.file.attribute.AclEntryType;
import java.nio.file.attribute.AclFileAttributeView;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.UserPrincipal;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** By a file's access control list. */
final class WindowsOwnerOnlyFiles implements OwnerOnlyFiles {

    /** <a href="https://learn.microsoft.com/windows/win32/secauthz/well-known-sids">Well-known SIDs</a>. */
    private static final String LOCAL_SYSTEM = "S-1-5-18";

    private static final String ADMINISTRATORS = "S-1-5-32-544";

    /** What lets others learn the file's content or change it. */
    private static final Set<AclEntryPermission> USE = EnumSet.of(
            AclEntryPermission.READ_DATA,
            AclEntryPermission.WRITE_DATA,
            AclEntryPermission.APPEND_DATA,
            AclEntryPermission.WRITE_ACL,
            AclEntryPermission.WRITE_OWNER);

    /** Creates the file with its list: set afterwards, it would not affect those who have opened the file already. */
    @Override
    public void createFile(Path file) throws IOException {
        Files.createFile(file, new OwnerOnly(ownerOfNewFiles()));
    }

    /** It inherits the list of the folder for temporary files, which is a user's own unless configured otherwise. */
    @Override
    public Path createTemporaryFolder(String prefix) throws IOException {
        return Files.createTempDirectory(prefix);
    }

    /** Ignores accounts that can read every file anyway, and the one that runs the service. */
    @Override
    public void refuseIfOthersCanUse(Path file) throws IOException {
        AclFileAttributeView acl = Files.getFileAttributeView(file, AclFileAttributeView.class);
        if (acl.getAcl().isEmpty()) {
            throw new IOException(file + " is on a volume where everybody can read everything");
        }
        Set<String> superusers = superusers();
        Set<UserPrincipal> owners = Set.copyOf(List.of(acl.getOwner(), ownerOfNewFiles()));
        for (AclEntry entry : acl.getAcl()) {
            UserPrincipal user = entry.principal();
            if (entry.type() == AclEntryType.ALLOW
                    && entry.permissions().stream().anyMatch(USE::contains)
                    && !owners.contains(user)
                    && !superusers.contains(user.getName())) {
                throw new IOException(user.getName() + " can use " + file
                        + "; delete it, and a new one is made up for you alone, or change that with icacls");
            }
        }
    }

    /** Not necessarily the user: a file that an administrator creates may belong to the Administrators group. */
    private static UserPrincipal ownerOfNewFiles() throws IOException {
        Path probe = Files.createTempFile("pipe-relay-", null);
        try {
            return Files.getOwner(probe);
        } finally {
            Files.deleteIfExists(probe);
        }
    }

    /** As {@code DOMAIN\NAME}, in the language of this Windows. */
    private static Set<String> superusers() {
        return Stream.of(LOCAL_SYSTEM, ADMINISTRATORS)
                .map(sid -> Advapi32Util.getAccountBySid(sid).fqn)
                .collect(Collectors.toUnmodifiableSet());
    }

    private record OwnerOnly(UserPrincipal owner) implements FileAttribute<List<AclEntry>> {

        @Override
        public String name() {
            return "acl:acl";
        }

        @Override
        public List<AclEntry> value() {
            return List.of(AclEntry.newBuilder()
                    .setType(AclEntryType.ALLOW)
                    .setPrincipal(owner)
                    .setPermissions(EnumSet.allOf(AclEntryPermission.class))
                    .build());
        }
    }
}
