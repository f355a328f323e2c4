package io.piperelay.platform.windows;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.jna.WString;
import com.sun.jna.platform.win32.Advapi32;
import com.sun.jna.platform.win32.Kernel32;
import com.sun.jna.ptr.PointerByReference;
import io.piperelay.platform.windows.SecurityDescriptor.Grant;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.AclEntry;
import java.nio.file.attribute.AclEntryFlag;
import java.nio.file.attribute.AclEntryPermission;
import java.nio.file.attribute.AclEntryType;
import java.nio.file.attribute.AclFileAttributeView;
import java.nio.file.attribute.UserPrincipal;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** In a folder that lets everybody use what is in it. Wine makes the lists from a file's mode, and passes nothing on. */
@EnabledOnOs(OS.WINDOWS)
class WindowsOwnerOnlyFilesTests {

    private static final int SE_DACL_PROTECTED = 0x1000;
    private static final int FULL = 0x001F_01FF;

    private final WindowsOwnerOnlyFiles files = new WindowsOwnerOnlyFiles();

    @TempDir
    private Path folder;

    @BeforeEach
    void openToEverybody() throws IOException {
        openToEverybody(folder);
    }

    private static void openToEverybody(Path path) throws IOException {
        var view = Files.getFileAttributeView(path, AclFileAttributeView.class);
        UserPrincipal everybody = path.getFileSystem()
                .getUserPrincipalLookupService()
                .lookupPrincipalByGroupName(WindowsOwnerOnlyFiles.name("S-1-1-0"));
        List<AclEntry> list = new ArrayList<>(view.getAcl());
        list.add(AclEntry.newBuilder()
                .setType(AclEntryType.ALLOW)
                .setPrincipal(everybody)
                .setPermissions(EnumSet.allOf(AclEntryPermission.class))
                .setFlags(
                        Files.isDirectory(path)
                                ? EnumSet.of(AclEntryFlag.FILE_INHERIT, AclEntryFlag.DIRECTORY_INHERIT)
                                : EnumSet.noneOf(AclEntryFlag.class))
                .build());
        view.setAcl(list);
    }

    @Test
    void aNewFileIsTheUsersAlone() throws IOException {
        Path file = folder.resolve("file");

        files.createFile(file);

        assertIsTheUsersAlone(file);
        assertThatCode(() -> files.refuseIfOthersCanUse(file)).doesNotThrowAnyException();
    }

    @Test
    void aNewFolderIsTheUsersAlone() throws IOException {
        Path made = files.createFolder(folder, "made-");

        assertThat(made.getParent()).isEqualTo(folder);
        assertThat(made.getFileName().toString()).startsWith("made-").hasSizeGreaterThan(12);
        assertIsTheUsersAlone(made);
        if (!isWine()) {
            assertIsTheUsersAlone(Files.createFile(made.resolve("file")));
            assertIsTheUsersAlone(Files.createDirectory(made.resolve("folder")));
        }
    }

    private void assertIsTheUsersAlone(Path path) throws IOException {
        SecurityDescriptor descriptor = WindowsOwnerOnlyFiles.descriptor(path);
        assertThat(descriptor.owner()).isEqualTo(CurrentUser.sid());
        assertThat(descriptor.grants())
                .filteredOn(grant -> !(isWine() && grant.sid().equals("S-1-5-18")))
                .containsExactly(new Grant(CurrentUser.sid(), FULL));
        // Otherwise the test could not fail.
        Path ordinary = Files.createTempFile(folder, "ordinary", null);
        assertThat(WindowsOwnerOnlyFiles.descriptor(ordinary).otherUser(CurrentUser.sid()))
                .contains("S-1-1-0");
    }

    /** Which Wine does not keep. */
    @ParameterizedTest
    @ValueSource(strings = {"", "OICI"})
    void nothingIsMergedIntoTheList(String inherited) throws IOException {
        var descriptor = new PointerByReference();
        assertThat(Advapi32Ex.ConvertStringSecurityDescriptorToSecurityDescriptorW(
                        new WString(WindowsOwnerOnlyFiles.ownerOnly(inherited)), 1, descriptor, null))
                .isTrue();
        byte[] bytes = descriptor
                .getValue()
                .getByteArray(0, Advapi32.INSTANCE.GetSecurityDescriptorLength(descriptor.getValue()));
        Kernel32.INSTANCE.LocalFree(descriptor.getValue());

        assertThat(((bytes[2] & 0xff) | ((bytes[3] & 0xff) << 8)) & SE_DACL_PROTECTED)
                .isEqualTo(SE_DACL_PROTECTED);
        assertThat(SecurityDescriptor.of(bytes))
                .isEqualTo(new SecurityDescriptor(CurrentUser.sid(), List.of(new Grant(CurrentUser.sid(), FULL))));
    }

    @Test
    void whatIsThereIsNotMadeAnew() throws IOException {
        Path file = Files.writeString(folder.resolve("file"), "kept");

        assertThatThrownBy(() -> files.createFile(file)).isInstanceOf(FileAlreadyExistsException.class);
        assertThat(file).hasContent("kept");
    }

    @Test
    void aFolderThatIsMissingIsSaidToBeMissing() {
        Path missing = folder.resolve("missing");

        assertThatThrownBy(() -> files.createFile(missing.resolve("file"))).isInstanceOf(NoSuchFileException.class);
        assertThatThrownBy(() -> files.createFolder(missing, "made-")).isInstanceOf(NoSuchFileException.class);
    }

    @Test
    void namesMayBeLongAndInAnyScript() throws IOException {
        Path deep = Files.createDirectories(
                folder.resolve("\u7ba1\u9053 \u017e".repeat(20)).resolve("x".repeat(200)));

        Path made = files.createFolder(deep, "made-");
        files.createFile(made.resolve("file"));

        assertThat(made.toString()).hasSizeGreaterThan(300);
        assertThat(made).isDirectory();
        assertThatCode(() -> files.refuseIfOthersCanUse(made.resolve("file"))).doesNotThrowAnyException();
    }

    @Test
    void aFileThatOthersCanUseIsRefusedAndHowToCloseItIsSaid() throws IOException {
        Path file = folder.resolve("file");
        files.createFile(file);
        openToEverybody(file);

        assertThatThrownBy(() -> files.refuseIfOthersCanUse(file))
                .isInstanceOf(IOException.class)
                .hasMessageStartingWith(WindowsOwnerOnlyFiles.name("S-1-1-0") + " can use " + file)
                .hasMessageEndingWith(
                        "icacls \"%s\" /inheritance:r /grant:r *%s:F /remove:g *S-1-1-0", file, CurrentUser.sid());
    }

    private static boolean isWine() {
        return System.getenv("WINELOADER") != null;
    }
}
