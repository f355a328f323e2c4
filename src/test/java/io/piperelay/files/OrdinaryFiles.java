package io.piperelay.files;

import io.piperelay.platform.OwnerOnlyFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** For tests of what is done with the files: everybody may use them. */
public final class OrdinaryFiles implements OwnerOnlyFiles {

    @Override
    public void createFile(Path file) throws IOException {
        Files.createFile(file);
    }

    @Override
    public Path createTemporaryFolder(String prefix) throws IOException {
        return Files.createTempDirectory(prefix);
    }

    @Override
    public void refuseIfOthersCanUse(Path file) {}
}
