package io.piperelay;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Set;

/** A token in a file that only its owner can read; made up when the file is not there yet. */
final class TokenFile {

    private static final int TOKEN_BYTES = 32;
    private static final Set<PosixFilePermission> OWNER_ONLY = PosixFilePermissions.fromString("rw-------");

    private TokenFile() {}

    /** @throws IOException also if others can read the file */
    static String read(Path file) throws IOException {
        try {
            Files.createFile(
                    file,
                    isPosix(file) ? PosixFilePermissions.asFileAttribute(OWNER_ONLY) : OwnerOnlyAcl.asFileAttribute());
            Files.writeString(file, newToken() + System.lineSeparator());
        } catch (FileAlreadyExistsException e) {
            refuseIfOthersCanRead(file);
        }
        return Files.readString(file).strip();
    }

    private static String newToken() {
        byte[] random = new byte[TOKEN_BYTES];
        new SecureRandom().nextBytes(random);
        return HexFormat.of().formatHex(random);
    }

    private static void refuseIfOthersCanRead(Path file) throws IOException {
        if (!isPosix(file)) {
            OwnerOnlyAcl.refuseIfOthersCanRead(file);
        } else if (!OWNER_ONLY.containsAll(Files.getPosixFilePermissions(file))) {
            throw new IOException("others than its owner can use " + file + "; chmod 600 it");
        }
    }

    private static boolean isPosix(Path file) {
        return Files.getFileAttributeView(file.toAbsolutePath().getRoot(), PosixFileAttributeView.class) != null;
    }
}
