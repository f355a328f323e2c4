package io.piperelay.files;

import static org.assertj.core.api.Assertions.assertThat;

import io.piperelay.platform.OwnerOnlyFiles;
import io.piperelay.platform.windows.WindowsPlatform;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.AclEntry;
import java.nio.file.attribute.AclEntryType;
import java.nio.file.attribute.AclFileAttributeView;
import java.nio.file.attribute.UserPrincipal;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Who may read a generated token on a system whose files have access control lists. */
@EnabledOnOs(OS.WINDOWS)
class TokenFileAclTests {

    private final OwnerOnlyFiles files = new WindowsPlatform().ownerOnlyFiles();

    @TempDir
    Path folder;

    @Test
    void onlyItsOwnerMayUseANewFile() throws IOException {
        Path file = folder.resolve("token.txt");
        Path ordinary = Files.createFile(folder.resolve("ordinary.txt"));

        String token = TokenFile.read(file, files);

        assertThat(token).matches("[0-9a-f]{64}");
        assertThat(admitted(file)).containsExactly(Files.getOwner(file));
        // Otherwise the test could not fail.
        assertThat(admitted(ordinary)).hasSizeGreaterThan(1);
    }

    @Test
    void aFileThatIsThereKeepsItsToken() throws IOException {
        Path file = folder.resolve("token.txt");
        String token = TokenFile.read(file, files);

        assertThat(TokenFile.read(file, files)).isEqualTo(token);
        assertThat(TokenFile.read(folder.resolve("another.txt"), files)).isNotEqualTo(token);
    }

    private static Set<UserPrincipal> admitted(Path file) throws IOException {
        return Files.getFileAttributeView(file, AclFileAttributeView.class).getAcl().stream()
                .filter(entry -> entry.type() == AclEntryType.ALLOW)
                .map(AclEntry::principal)
                .filter(principal -> !isAddedByWine(principal))
                .collect(Collectors.toSet());
    }

    /** Wine derives the lists from the file's mode, and always includes the system. */
    private static boolean isAddedByWine(UserPrincipal principal) {
        return System.getenv("WINELOADER") != null && principal.getName().equals("NT AUTHORITY\\SYSTEM");
    }
}
