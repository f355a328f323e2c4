package io.piperelay.startup;

import java.io.File;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.AclEntry;
import java.nio.file.attribute.AclEntryFlag;
import java.nio.file.attribute.AclEntryPermission;
import java.nio.file.attribute.AclEntryType;
import java.nio.file.attribute.AclFileAttributeView;
import java.nio.file.attribute.UserPrincipal;
import java.util.EnumSet;
import java.util.List;

/**
 * The folder for temporary files, if it turns out to be unusable: missing, read-only, full, mounted noexec, or with a name
 * that Windows' older functions do not take.
 */
public final class TemporaryFolder {

    private static final boolean WINDOWS = File.separatorChar == '\\';

    private TemporaryFolder() {}

    /**
     * {@code java.io.tmpdir}; or, where its name has letters that are not in the code page of Windows, such as those of a user
     * in {@code C:\Users}, the folder in which every user may make others. Java.exe gets its arguments in the code page, and
     * the JVM loads libraries by their names in it (short names do not help: it makes long ones of them first).
     */
    public static Path path() {
        Path folder = Path.of(System.getProperty("java.io.tmpdir"));
        String programData = System.getenv("ProgramData");
        return isInCodePage(folder) || programData == null ? folder : Path.of(programData);
    }

    private static boolean isInCodePage(Path folder) {
        String codePage = System.getProperty("sun.jnu.encoding");
        return !WINDOWS || Charset.forName(codePage).newEncoder().canEncode(folder.toString());
    }

    /** Makes sure that it can be used, before JNA finds that it can't, which says so in many lines. */
    public static void tryOut() {
        try {
            if (!isInCodePage(path())) {
                throw new IOException("its name has letters that are not in the system's code page");
            }
            Path probe = Files.createTempFile(path(), "pipe-relay-", null);
            UserPrincipal user = Files.getOwner(probe);
            Files.delete(probe);
            if (WINDOWS && System.getProperty("jna.tmpdir") == null) {
                System.setProperty("jna.tmpdir", folderForJna(user).toString());
            }
        } catch (IOException e) {
            throw unusable(e);
        }
    }

    /**
     * One in which nobody else can exchange the library before it is loaded: where several users share a folder for temporary
     * files, another could be first to make one by the name that JNA would use. It stays, because a library cannot be deleted
     * while it is in use.
     */
    private static Path folderForJna(UserPrincipal user) throws IOException {
        Path folder = path().resolve(
                        "pipe-relay-jna-" + Integer.toHexString(user.getName().hashCode()));
        Files.createDirectories(folder);
        var list = Files.getFileAttributeView(folder, AclFileAttributeView.class, LinkOption.NOFOLLOW_LINKS);
        if (!list.getOwner().equals(user)) {
            throw new FileSystemException(folder.toString(), null, folder + " belongs to somebody else");
        }
        if (Files.getFileStore(folder).supportsFileAttributeView(AclFileAttributeView.class)) {
            list.setAcl(List.of(AclEntry.newBuilder()
                    .setType(AclEntryType.ALLOW)
                    .setPrincipal(user)
                    .setPermissions(EnumSet.allOf(AclEntryPermission.class))
                    .setFlags(AclEntryFlag.FILE_INHERIT, AclEntryFlag.DIRECTORY_INHERIT)
                    .build()));
        }
        return folder;
    }

    /** @param cause what went wrong with it */
    public static StartException unusable(Throwable cause) {
        return new StartException(
                "The folder for temporary files, " + System.getProperty("java.io.tmpdir")
                        + " (java.io.tmpdir), can't be used: " + Failures.reason(cause)
                        + ". Name one that exists, is writable and has room with java -Djava.io.tmpdir=<folder>; if"
                        + " native libraries can't be loaded from it, name another for them with -Djna.tmpdir=<folder>.",
                cause);
    }
}
