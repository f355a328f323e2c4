package io.piperelay.files;

import io.piperelay.platform.windows.Superusers;
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

/** An access control list of Windows that lets in a file's owner alone. */
final class OwnerOnlyAcl {

    /** To know the token, or to decide on it. */
    private static final Set<AclEntryPermission> USE = EnumSet.of(
            AclEntryPermission.READ_DATA,
            AclEntryPermission.WRITE_DATA,
            AclEntryPermission.APPEND_DATA,
            AclEntryPermission.WRITE_ACL,
            AclEntryPermission.WRITE_OWNER);

    private OwnerOnlyAcl() {}

    /** To create a file with: set afterwards, it would come too late for who has opened the file by then. */
    static FileAttribute<List<AclEntry>> asFileAttribute() throws IOException {
        var entries = List.of(AclEntry.newBuilder()
                .setType(AclEntryType.ALLOW)
                .setPrincipal(ownerOfNewFiles())
                .setPermissions(EnumSet.allOf(AclEntryPermission.class))
                .build());
        return new FileAttribute<>() {
            @Override
            public String name() {
                return "acl:acl";
            }

            @Override
            public List<AclEntry> value() {
                return entries;
            }
        };
    }

    /** Not necessarily the user: what administrators create may belong to all of them. */
    private static UserPrincipal ownerOfNewFiles() throws IOException {
        Path probe = Files.createTempFile("pipe-relay-", null);
        try {
            return Files.getOwner(probe);
        } finally {
            Files.deleteIfExists(probe);
        }
    }

    /** Those don't count who can read every file anyway, nor does whoever runs the service. */
    static void refuseIfOthersCanUse(Path file) throws IOException {
        AclFileAttributeView acl = Files.getFileAttributeView(file, AclFileAttributeView.class);
        if (acl.getAcl().isEmpty()) {
            throw new IOException(file + " is on a volume where everybody can read everything");
        }
        Set<String> superusers = Superusers.names();
        Set<UserPrincipal> owners = Set.copyOf(List.of(acl.getOwner(), ownerOfNewFiles()));
        for (AclEntry entry : acl.getAcl()) {
            UserPrincipal user = entry.principal();
            if (entry.type() == AclEntryType.ALLOW
                    && entry.permissions().stream().anyMatch(USE::contains)
                    && !owners.contains(user)
                    && !superusers.contains(user.getName())) {
                throw new IOException(user.getName() + " can use " + file
                        + "; delete it, and a new one is made up for you" + " alone, or change that with icacls");
            }
        }
    }
}
