package io.piperelay.platform;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Path;

/**
 * Files and folders that nobody else than their owner can use, from the moment they are there; apart from those who can
 * read every file of the system anyway.
 */
public interface OwnerOnlyFiles {

    /** @throws FileAlreadyExistsException if something has this name already, whatever it is */
    void createFile(Path file) throws IOException;

    /**
     * A new folder among the temporary ones ({@code java.io.tmpdir}).
     *
     * @param prefix what its name begins with; the rest nobody can guess
     */
    Path createTemporaryFolder(String prefix) throws IOException;

    /**
     * @throws IOException if others than its owner can use the file; its message says who, and how an operator can change
     *     that
     */
    void refuseIfOthersCanUse(Path file) throws IOException;
}
