package io.piperelay.startup;

import java.net.UnknownHostException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What an exception means, in words for people who did not write the program. */
public final class Failures {

    private Failures() {}

    /** The reason only, without the file name that {@link FileSystemException} would repeat. */
    public static String reason(Throwable failure) {
        Throwable root = root(failure);
        if (root instanceof NoSuchFileException) {
            return "no such file or folder";
        }
        if (root instanceof AccessDeniedException) {
            return "permission denied";
        }
        if (root instanceof FileAlreadyExistsException) {
            return "it exists already";
        }
        if (root instanceof NotDirectoryException) {
            return "not a folder";
        }
        if (root instanceof FileSystemException file && file.getReason() != null) {
            return file.getReason();
        }
        if (root instanceof UnknownHostException) {
            return "the name " + root.getMessage() + " is not known";
        }
        if (root instanceof OutOfMemoryError) {
            return "out of memory (" + root.getMessage() + ")";
        }
        String message = Objects.toString(root.getMessage(), "").strip();
        return message.isEmpty() ? root.getClass().getSimpleName() : message.replaceFirst("\\.$", "");
    }

    static Throwable root(Throwable failure) {
        Throwable root = failure;
        while (root.getCause() != null && root.getCause() != root) {
            root = root.getCause();
        }
        return root;
    }

    static <T extends Throwable> @Nullable T find(Class<T> type, Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (type.isInstance(cause)) {
                return type.cast(cause);
            }
        }
        return null;
    }
}
