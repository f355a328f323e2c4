package io.piperelay.platform.posix;

import io.piperelay.platform.NativeCallException;
import io.piperelay.platform.OwnerOnlyFiles;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/** By a file's mode, as {@code chmod} sets it. */
final class PosixOwnerOnlyFiles implements OwnerOnlyFiles {

    private static final Set<PosixFilePermission> OWNER_ONLY = PosixFilePermissions.fromString("rw-------");

    @Override
    public void createFile(Path file) throws IOException {
        Files.createFile(file, PosixFilePermissions.asFileAttribute(OWNER_ONLY));
    }

    /** The JDK gives a temporary folder the mode 0700, so that nobody else gets to what is in it. */
    @Override
    public Path createFolder(Path parent, String prefix) throws IOException {
        return Files.createTempDirectory(parent, prefix);
    }

    @Override
    public void refuseIfOthersCanUse(Path file) throws IOException {
        if (!OWNER_ONLY.containsAll(Files.getPosixFilePermissions(file))) {
            throw new IOException("users other than its owner can access " + file + "; chmod 600 it");
        }
    }

    @Override
    public NativeCallException failed(String operation, FileSystemException error) {
        return Errno.failed(operation, error);
    }
}
