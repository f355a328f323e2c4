package io.piperelay.platform;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Path;

/**
 * Files and folders that only their owner can use, from the moment they exist; apart from accounts that can read every file
 * of the system anyway.
 */
public interface OwnerOnlyFiles {

    /** @throws FileAlreadyExistsException if anything already has this name */
    void createFile(Path file) throws IOException;

    /**
     * A new folder. What is made in it is also its owner's only.
     *
     * @param prefix of its name; the rest cannot be guessed
     */
    Path createFolder(Path parent, String prefix) throws IOException;

    /**
     * @throws IOException if anybody but its owner can use the file; its message says who, and how the operator can change
     *     that
     */
    void refuseIfOthersCanUse(Path file) throws IOException;

    /**
     * What an error of such a file or folder means to the system.
     *
     * @return an {@link OutOfResourcesException} if a later attempt may succeed
     */
    NativeCallException failed(String operation, FileSystemException error);
}
