package io.piperelay.platform.windows;

import static com.sun.jna.platform.win32.WinError.ERROR_ACCESS_DENIED;
import static com.sun.jna.platform.win32.WinError.ERROR_ALREADY_EXISTS;
import static com.sun.jna.platform.win32.WinError.ERROR_FILE_EXISTS;
import static com.sun.jna.platform.win32.WinError.ERROR_FILE_NOT_FOUND;
import static com.sun.jna.platform.win32.WinError.ERROR_PATH_NOT_FOUND;

import com.sun.jna.Memory;
import com.sun.jna.Native;
import com.sun.jna.WString;
import com.sun.jna.platform.win32.Advapi32;
import com.sun.jna.platform.win32.Advapi32Util;
import com.sun.jna.platform.win32.Kernel32;
import com.sun.jna.platform.win32.Win32Exception;
import com.sun.jna.platform.win32.WinBase;
import com.sun.jna.platform.win32.WinBase.SECURITY_ATTRIBUTES;
import com.sun.jna.platform.win32.WinNT;
import com.sun.jna.platform.win32.WinNT.HANDLE;
import com.sun.jna.ptr.IntByReference;
import com.sun.jna.ptr.PointerByReference;
import io.piperelay.platform.NativeCallException;
import io.piperelay.platform.OwnerOnlyFiles;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * By a file's access control list. New ones get a protected list, which the JDK cannot make: what their folder passes on is
 * merged into any other, and a folder on a drive's root passes on more than anybody expects (<a
 * href="https://learn.microsoft.com/windows/win32/secauthz/security-descriptors-for-new-objects">Security Descriptors for
 * New Objects</a>).
 */
final class WindowsOwnerOnlyFiles implements OwnerOnlyFiles {

    /**
     * In <a href="https://learn.microsoft.com/windows/win32/secauthz/security-descriptor-string-format">SDDL</a>. The user is
     * named as the owner too: what an administrator makes would otherwise belong to the Administrators, and the same user
     * without elevation could not use it.
     */
    private static final String OWNER_ONLY = "O:%1$sD:P(A;%2$s;FA;;;%1$s)";

    /** What is made in a folder inherits the folder's entry. */
    private static final String INHERITED = "OICI";

    /**
     * Longer names need a prefix: <a href="https://learn.microsoft.com/windows/win32/fileio/maximum-file-path-limitation">Maximum
     * Path Length Limitation</a>.
     */
    private static final int LONGEST = 247;

    private final SecureRandom random = new SecureRandom();

    @Override
    public void createFile(Path file) throws IOException {
        create(file, "", attributes -> {
            HANDLE handle = Kernel32.INSTANCE.CreateFile(
                    name(file),
                    WinNT.GENERIC_WRITE,
                    0,
                    attributes,
                    WinNT.CREATE_NEW,
                    WinNT.FILE_ATTRIBUTE_NORMAL,
                    null);
            return !handle.equals(WinBase.INVALID_HANDLE_VALUE) && Kernel32.INSTANCE.CloseHandle(handle);
        });
    }

    @Override
    public Path createFolder(Path parent, String prefix) throws IOException {
        Path folder = parent.resolve(prefix + Long.toHexString(random.nextLong()));
        create(folder, INHERITED, attributes -> Kernel32.INSTANCE.CreateDirectory(name(folder), attributes));
        return folder;
    }

    private static void create(Path path, String inherited, Predicate<SECURITY_ATTRIBUTES> creation)
            throws IOException {
        var descriptor = new PointerByReference();
        if (!Advapi32Ex.ConvertStringSecurityDescriptorToSecurityDescriptorW(
                new WString(ownerOnly(inherited)), Advapi32Ex.SDDL_REVISION_1, descriptor, null)) {
            throw Win32Error.failed("ConvertStringSecurityDescriptorToSecurityDescriptor");
        }
        try {
            var attributes = new SECURITY_ATTRIBUTES();
            attributes.lpSecurityDescriptor = descriptor.getValue();
            if (!creation.test(attributes)) {
                throw failed(path, Native.getLastError());
            }
        } finally {
            Kernel32.INSTANCE.LocalFree(descriptor.getValue());
        }
    }

    static String ownerOnly(String inherited) throws IOException {
        return OWNER_ONLY.formatted(CurrentUser.sid(), inherited);
    }

    private static String name(Path path) {
        String name = path.toAbsolutePath().normalize().toString();
        return name.length() <= LONGEST || name.startsWith("\\\\") ? name : "\\\\?\\" + name;
    }

    /** As the JDK would put it. */
    private static FileSystemException failed(Path path, int code) {
        String file = path.toString();
        return switch (code) {
            case ERROR_FILE_EXISTS, ERROR_ALREADY_EXISTS -> new FileAlreadyExistsException(file);
            case ERROR_FILE_NOT_FOUND, ERROR_PATH_NOT_FOUND -> new NoSuchFileException(file);
            case ERROR_ACCESS_DENIED -> new AccessDeniedException(file);
            default ->
                new FileSystemException(
                        file, null, Win32Error.failed("create", code).systemMessage());
        };
    }

    /** Windows sets no limit that an open file could exceed, and the JDK does not reveal its codes. */
    @Override
    public NativeCallException failed(String operation, FileSystemException error) {
        return new NativeCallException(operation, null, String.valueOf(error.getReason()));
    }

    @Override
    public void refuseIfOthersCanUse(Path file) throws IOException {
        String user = CurrentUser.sid();
        SecurityDescriptor descriptor = descriptor(file.toRealPath());
        if (descriptor.grants() == null) {
            throw new IOException(file + " is on a volume where everybody can read everything");
        }
        Optional<String> other = descriptor.otherUser(user);
        if (other.isPresent()) {
            String cure = other.get().equals(descriptor.owner())
                    ? "/setowner *" + user
                    : "/inheritance:r /grant:r *" + user + ":F /remove:g *" + other.get();
            throw new IOException(name(other.get()) + " can use " + file
                    + "; delete it, and a new one is made up for you alone, or change that with icacls \"" + file
                    + "\" "
                    + cure);
        }
    }

    static SecurityDescriptor descriptor(Path file) throws IOException {
        int what = WinNT.OWNER_SECURITY_INFORMATION | WinNT.DACL_SECURITY_INFORMATION;
        var size = new IntByReference();
        // Fails with ERROR_INSUFFICIENT_BUFFER.
        Advapi32.INSTANCE.GetFileSecurity(name(file), what, null, 0, size);
        try (var memory = new Memory(Math.max(1, size.getValue()))) {
            if (!Advapi32.INSTANCE.GetFileSecurity(name(file), what, memory, size.getValue(), size)) {
                throw failed(file, Native.getLastError());
            }
            return SecurityDescriptor.of(memory.getByteArray(0, size.getValue()));
        }
    }

    /** For people only. */
    static String name(String sid) {
        try {
            return Advapi32Util.getAccountBySid(sid).fqn;
        } catch (Win32Exception e) {
            return sid;
        }
    }
}
