package io.piperelay;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;

/**
 * A temporary folder that only this user can use, for as long as it is open.
 *
 * <p>A service that is killed cannot remove its own. So each holds a lock on a file in it, which the system releases with
 * the process, and the next one removes those that nobody holds any more.
 */
final class PrivateFolder implements AutoCloseable {

    private static final String LOCK = "lock";

    /** A folder may be new and not locked yet. */
    private static final Duration NEW = Duration.ofMinutes(1);

    private final Path path;
    private final FileChannel lock;

    private PrivateFolder(Path path, FileChannel lock) {
        this.path = path;
        this.lock = lock;
    }

    static PrivateFolder create(String prefix) throws IOException {
        Path path = Files.createTempDirectory(prefix);
        var lock = FileChannel.open(path.resolve(LOCK), StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        lock.lock();
        removeAbandoned(path, prefix);
        return new PrivateFolder(path, lock);
    }

    Path path() {
        return path;
    }

    private static void removeAbandoned(Path own, String prefix) throws IOException {
        try (DirectoryStream<Path> siblings = Files.newDirectoryStream(own.resolveSibling(""), prefix + "*")) {
            for (Path sibling : siblings) {
                if (!sibling.equals(own) && Files.isDirectory(sibling, LinkOption.NOFOLLOW_LINKS)) {
                    removeIfAbandoned(sibling, own);
                }
            }
        }
    }

    private static void removeIfAbandoned(Path folder, Path own) {
        FileTime limit = FileTime.from(Instant.now().minus(NEW));
        try {
            if (Files.getOwner(folder).equals(Files.getOwner(own))
                    && Files.getLastModifiedTime(folder).compareTo(limit) < 0
                    && isUnlocked(folder.resolve(LOCK))) {
                delete(folder);
            }
        } catch (IOException e) {
            // Not ours, or somebody else is removing it.
        }
    }

    private static boolean isUnlocked(Path file) throws IOException {
        try (var channel = FileChannel.open(file, StandardOpenOption.WRITE);
                var lock = channel.tryLock()) {
            return lock != null;
        } catch (OverlappingFileLockException e) {
            return false; // Another service in this very process has it.
        }
    }

    private static void delete(Path folder) throws IOException {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
            for (Path file : files) {
                Files.deleteIfExists(file);
            }
        }
        Files.deleteIfExists(folder);
    }

    @Override
    public void close() throws IOException {
        lock.close();
        delete(path);
    }
}
