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

    /** @throws IOException also if others can use the file */
    static String read(Path file) throws IOException {
        boolean made = Files.notExists(file) && make(file);
        refuseIfOthersCanUse(file);
        if (made) {
            Files.writeString(file, newToken() + System.lineSeparator());
        }
        return Files.readString(file).strip();
    }

    private static boolean make(Path file) throws IOException {
        try {
            Files.createFile(
                    file,
                    isPosix(file) ? PosixFilePermissions.asFileAttribute(OWNER_ONLY) : OwnerOnlyAcl.asFileAttribute());
            return true;
        } catch (FileAlreadyExistsException e) {
            return false;
        }
    }

    private static String newToken() {
        byte[] random = new byte[TOKEN_BYTES];
        new SecureRandom().nextBytes(random);
        return HexFormat.of().formatHex(random);
    }

    private static void refuseIfOthersCanUse(Path file) throws IOException {
        if (!isPosix(file)) {
            OwnerOnlyAcl.refuseIfOthersCanUse(file);
        } else if (!OWNER_ONLY.containsAll(Files.getPosixFilePermissions(file))) {
            throw new IOException("others than its owner can use " + file + "; chmod 600 it");
        }
    }

    private static boolean isPosix(Path file) {
        return Files.getFileAttributeView(file.toAbsolutePath().getRoot(), PosixFileAttributeView.class) != null;
    }
}
