package io.piperelay.files;

import io.piperelay.platform.OwnerOnlyFiles;
import io.piperelay.startup.TemporaryFolder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.UserPrincipal;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/**
 * A temporary folder that only this user can use, for as long as it is open.
 *
 * <p>A service that is killed cannot remove its folder. Each therefore holds a lock on a file in it, which the system
 * releases when the process ends, and the next service removes the folders that are no longer locked.
 */
public final class PrivateFolder implements AutoCloseable {

    private static final String LOCK = "lock";

    /** Younger folders may not be locked yet. */
    private static final Duration NEW = Duration.ofMinutes(1);

    /** The folders of this process: opening and closing their lock files a second time would release the locks. */
    private static final Set<Path> OPEN = ConcurrentHashMap.newKeySet();

    private final String prefix;
    private final Path path;
    private final UserPrincipal owner;
    private final FileChannel lock;

    private PrivateFolder(String prefix, Path path, UserPrincipal owner, FileChannel lock) {
        this.prefix = prefix;
        this.path = path;
        this.owner = owner;
        this.lock = lock;
    }

    public static PrivateFolder create(String prefix, OwnerOnlyFiles files) throws IOException {
        Path path = files.createFolder(TemporaryFolder.path(), prefix);
        OPEN.add(path);
        var lock = FileChannel.open(path.resolve(LOCK), StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        try {
            lock.lock();
            removeAbandoned(path, prefix);
        } catch (IOException | DirectoryIteratorException e) {
            // Then old folders stay; or this one, without a lock, is taken for an abandoned one after a minute.
        }
        return new PrivateFolder(prefix, path, Files.getOwner(path), lock);
    }

    /** The prefix of the folders' names. */
    String prefix() {
        return prefix;
    }

    public Path path() {
        return path;
    }

    /** False once it has been removed; a folder that has its name by then may belong to anybody. */
    boolean isOwn() {
        try {
            return Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)
                    && Files.getOwner(path, LinkOption.NOFOLLOW_LINKS).equals(owner);
        } catch (IOException e) {
            return false;
        }
    }

    private static void removeAbandoned(Path own, String prefix) throws IOException {
        UserPrincipal user = Files.getOwner(own);
        try (DirectoryStream<Path> siblings = Files.newDirectoryStream(own.resolveSibling(""), prefix + "*")) {
            for (Path sibling : siblings) {
                removeIfAbandoned(sibling, user);
            }
        }
    }

    private static void removeIfAbandoned(Path folder, UserPrincipal user) {
        FileTime limit = FileTime.from(Instant.now().minus(NEW));
        try {
            if (!OPEN.contains(folder)
                    && Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)
                    && Files.getOwner(folder).equals(user)
                    && Files.getLastModifiedTime(folder).compareTo(limit) < 0
                    && (isEmpty(folder) || isUnlocked(folder.resolve(LOCK)))) {
                delete(folder);
            }
        } catch (IOException | DirectoryIteratorException e) {
            // Another process is removing it.
        }
    }

    /** True if its service was killed before it could lock it. */
    private static boolean isEmpty(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.findAny().isEmpty();
        }
    }

    private static boolean isUnlocked(Path file) throws IOException {
        try (var channel = FileChannel.open(file, StandardOpenOption.WRITE);
                var lock = channel.tryLock()) {
            return lock != null;
        } catch (NoSuchFileException e) {
            return false; // Only its name looks like ours.
        }
    }

    /** The lock file is deleted last: as long as anything is left, the next service recognizes the folder. */
    private static void delete(Path folder) throws IOException {
        Path lock = folder.resolve(LOCK);
        for (Path path : content(folder)) {
            if (!path.equals(lock)) {
                Files.deleteIfExists(path);
            }
        }
        Files.deleteIfExists(lock);
        Files.deleteIfExists(folder);
    }

    /** Each folder after its content; links are not followed. */
    private static List<Path> content(Path folder) throws IOException {
        try (Stream<Path> all = Files.walk(folder)) {
            return all.filter(path -> !path.equals(folder))
                    .sorted(Comparator.reverseOrder())
                    .toList();
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    @Override
    public void close() throws IOException {
        lock.close();
        if (isOwn()) {
            delete(path);
        }
        OPEN.remove(path);
    }
}
