package io.piperelay.platform.posix;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.piperelay.platform.NativeCallException;
import io.piperelay.platform.OutOfResourcesException;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisabledOnOs(OS.WINDOWS)
class PosixOwnerOnlyFilesTests {

    private final PosixOwnerOnlyFiles files = new PosixOwnerOnlyFiles();

    @TempDir
    private Path folder;

    @Test
    void onlyItsOwnerMayUseANewFile() throws IOException {
        Path file = folder.resolve("file");

        files.createFile(file);

        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        assertThatCode(() -> files.refuseIfOthersCanUse(file)).doesNotThrowAnyException();
    }

    @Test
    void whatIsThereIsNotMadeAnew() throws IOException {
        Path file = Files.writeString(folder.resolve("file"), "kept");

        assertThatThrownBy(() -> files.createFile(file)).isInstanceOf(FileAlreadyExistsException.class);
        assertThat(file).hasContent("kept");
    }

    @Test
    void onlyItsOwnerMayUseANewFolder() throws IOException {
        Path made = files.createFolder(folder, "owner-only-");

        assertThat(made.getParent()).isEqualTo(folder);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(made)))
                .isEqualTo("rwx------");
    }

    @ParameterizedTest
    @ValueSource(strings = {"rw-r-----", "rw--w----", "rw----r--", "rw-----w-"})
    void aFileThatOthersCanUseIsRefusedAndHowToCloseItIsSaid(String mode) throws IOException {
        Path file = Files.createFile(folder.resolve("file"));
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(mode));

        assertThatThrownBy(() -> files.refuseIfOthersCanUse(file))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("chmod 600")
                .hasMessageContaining(file.toString());
    }

    @Test
    void aFileThatCannotBeOpenedForWantOfDescriptorsMayBeOpenedLater() {
        var noDescriptor = new FileSystemException("file", null, "Too many open files");

        NativeCallException failure = files.failed("unpack", noDescriptor);

        assertThat(failure).isInstanceOf(OutOfResourcesException.class).hasMessageContaining("unpack");
        assertThat(failure.code()).isEqualTo(LibC.EMFILE);
    }
}
