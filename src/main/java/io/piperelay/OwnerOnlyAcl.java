package io.piperelay;

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

/** An access control list of Windows that lets in a file's owner alone. */
final class OwnerOnlyAcl {

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
            Files.delete(probe);
        }
    }

    /** Those who can read every file anyway don't count. */
    static void refuseIfOthersCanRead(Path file) throws IOException {
        AclFileAttributeView acl = Files.getFileAttributeView(file, AclFileAttributeView.class);
        for (AclEntry entry : acl.getAcl()) {
            UserPrincipal reader = entry.principal();
            if (entry.type() == AclEntryType.ALLOW
                    && entry.permissions().contains(AclEntryPermission.READ_DATA)
                    && !reader.equals(acl.getOwner())
                    && !Superusers.names().contains(reader.getName())) {
                throw new IOException(reader.getName() + " can read " + file + "; icacls \"" + file
                        + "\" /inheritance:r /grant:r \"" + acl.getOwner().getName() + ":F\" changes that");
            }
        }
    }
}
