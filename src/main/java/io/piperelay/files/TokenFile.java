package io.piperelay.files;

import io.piperelay.platform.OwnerOnlyFiles;
import io.piperelay.startup.Failures;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.HexFormat;

/** A token in a file that only its owner can read; generated if the file does not exist. */
public final class TokenFile {

    private static final int TOKEN_BYTES = 32;

    /** Enough for the longest token and some blank lines. */
    private static final int LARGEST = 4096;

    private TokenFile() {}

    /** @throws IOException also if others can access the file, or if it is not a file that can hold a token */
    public static String read(Path file, OwnerOnlyFiles files) throws IOException {
        try {
            boolean made = Files.notExists(file) && make(file, files);
            refuseIfNoFile(file);
            files.refuseIfOthersCanUse(file);
            if (made) {
                Files.writeString(file, newToken() + System.lineSeparator());
            }
            return content(file);
        } catch (FileSystemException e) {
            throw new IOException(file + ": " + Failures.reason(e), e);
        }
    }

    private static boolean make(Path file, OwnerOnlyFiles files) throws IOException {
        try {
            files.createFile(file);
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

    /** Opening a named pipe would wait for a writer; a device may have no end. */
    private static void refuseIfNoFile(Path file) throws IOException {
        if (!Files.isRegularFile(file)) {
            throw new IOException(file + " is not a regular file");
        }
    }

    private static String content(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            byte[] content = in.readNBytes(LARGEST + 1);
            if (content.length > LARGEST) {
                throw new IOException(file + " is too large to hold only a token");
            }
            // What is not text is not a token either, and is refused as such later.
            return new String(content, StandardCharsets.UTF_8).strip();
        }
    }
}
