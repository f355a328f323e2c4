package io.piperelay.files;

import io.piperelay.platform.NativeCallException;
import io.piperelay.platform.OwnerOnlyFiles;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Files that everybody may use, for tests of what is done with the files. */
public final class OrdinaryFiles implements OwnerOnlyFiles {

    @Override
    public void createFile(Path file) throws IOException {
        Files.createFile(file);
    }

    @Override
    public Path createFolder(Path parent, String prefix) throws IOException {
        return Files.createTempDirectory(parent, prefix);
    }

    @Override
    public void refuseIfOthersCanUse(Path file) {}

    @Override
    public NativeCallException failed(String operation, FileSystemException error) {
        return new NativeCallException(operation, null, String.valueOf(error.getReason()));
    }
}
