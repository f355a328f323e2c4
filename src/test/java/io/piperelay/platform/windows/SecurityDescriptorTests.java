package io.piperelay.platform.windows;

import static org.assertj.core.api.Assertions.assertThat;

import io.piperelay.platform.windows.SecurityDescriptor.Grant;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SecurityDescriptorTests {

    private static final String USER = "S-1-5-21-1004336348-1177238915-682003330-1001";
    private static final String SYSTEM = "S-1-5-18";
    private static final String ADMINISTRATORS = "S-1-5-32-544";
    private static final String EVERYONE = "S-1-1-0";
    private static final String AUTHENTICATED_USERS = "S-1-5-11";
    private static final String OWNER_RIGHTS = "S-1-3-4";

    private static final int FULL = 0x001F_01FF;
    private static final int READ = 0x0012_0089;
    private static final int MODIFY = 0x0013_01BF;

    private static final int ALLOWED = 0;
    private static final int DENIED = 1;
    private static final int INHERITED = 0x10;
    private static final int FOR_FILES_AND_FOLDERS = 0x03;
    private static final int INHERIT_ONLY = 0x08;

    private final ByteBuffer bytes = ByteBuffer.allocate(1024).order(ByteOrder.LITTLE_ENDIAN);

    /** Writes a descriptor with a list, which has no entry yet. */
    private SecurityDescriptorTests ownedBy(String owner) {
        bytes.put((byte) 1).put((byte) 0).putShort((short) 0x8004); // SE_SELF_RELATIVE, SE_DACL_PRESENT
        bytes.putInt(20).putInt(0).putInt(0).putInt(0);
        sid(owner);
        bytes.putInt(16, bytes.position());
        bytes.put((byte) 2)
                .put((byte) 0)
                .putShort((short) 8)
                .putShort((short) 0)
                .putShort((short) 0);
        return this;
    }

    private SecurityDescriptorTests entry(int type, int flags, int rights, String sid) {
        int list = bytes.getInt(16);
        bytes.putShort(list + 4, (short) (bytes.getShort(list + 4) + 1));
        int start = bytes.position();
        bytes.put((byte) type).put((byte) flags).putShort((short) 0).putInt(rights);
        sid(sid);
        bytes.putShort(start + 2, (short) (bytes.position() - start));
        return this;
    }

    private SecurityDescriptorTests allowed(int rights, String sid) {
        return entry(ALLOWED, 0, rights, sid);
    }

    private void sid(String sid) {
        String[] parts = sid.split("-", -1);
        bytes.put((byte) 1).put((byte) (parts.length - 3)).putShort((short) 0);
        bytes.order(ByteOrder.BIG_ENDIAN).putInt(Integer.parseInt(parts[2])).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 3; i < parts.length; i++) {
            bytes.putInt(Integer.parseUnsignedInt(parts[i]));
        }
    }

    private Optional<String> otherUser() {
        return SecurityDescriptor.of(bytes.array()).otherUser(USER);
    }

    @Test
    void ownerAndGrantsAreReadAsTheyAre() {
        ownedBy(USER).allowed(FULL, SYSTEM).allowed(0x8000_0000, "S-1-5-21-4294967295-2147483648-0-500");

        assertThat(SecurityDescriptor.of(bytes.array()))
                .isEqualTo(new SecurityDescriptor(
                        USER,
                        List.of(
                                new Grant(SYSTEM, FULL),
                                new Grant("S-1-5-21-4294967295-2147483648-0-500", 0x8000_0000))));
    }

    @Test
    void aListOfTheUserAloneIsSafe() {
        assertThat(ownedBy(USER).allowed(FULL, USER).otherUser()).isEmpty();
    }

    @Test
    void anEmptyListIsSafe() {
        assertThat(ownedBy(USER).otherUser()).isEmpty();
    }

    /** As in the folder of a user's profile. */
    @Test
    void whoCanUseEveryFileDoesNotCount() {
        ownedBy(USER)
                .entry(ALLOWED, INHERITED, FULL, SYSTEM)
                .entry(ALLOWED, INHERITED, FULL, ADMINISTRATORS)
                .entry(ALLOWED, INHERITED, FULL, USER);

        assertThat(otherUser()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {ADMINISTRATORS, SYSTEM})
    void theFileMayBelongToThoseWhoCanUseEveryFile(String owner) {
        assertThat(ownedBy(owner)
                        .allowed(FULL, OWNER_RIGHTS)
                        .allowed(FULL, USER)
                        .otherUser())
                .isEmpty();
    }

    @Test
    void whatTheFolderOfADrivePassesOnIsNotSafe() {
        ownedBy(USER)
                .allowed(FULL, USER)
                .entry(ALLOWED, INHERITED, FULL, ADMINISTRATORS)
                .entry(ALLOWED, INHERITED, MODIFY, AUTHENTICATED_USERS);

        assertThat(otherUser()).contains(AUTHENTICATED_USERS);
    }

    @Test
    void aFileOfSomebodyElseIsNotSafe() {
        String somebody = USER.replace("-1001", "-1002");

        assertThat(ownedBy(somebody).allowed(FULL, USER).otherUser()).contains(somebody);
    }

    /** FILE_READ_DATA, FILE_WRITE_DATA, FILE_APPEND_DATA, WRITE_DAC, WRITE_OWNER, and GENERIC_READ, _WRITE and _ALL. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 4, 0x4_0000, 0x8_0000, 0x8000_0000, 0x4000_0000, 0x1000_0000, READ})
    void eachRightThatRevealsOrChangesTheContentCounts(int right) {
        assertThat(ownedBy(USER).allowed(right, EVERYONE).otherUser()).contains(EVERYONE);
    }

    /** Attributes, READ_CONTROL, SYNCHRONIZE, FILE_EXECUTE, DELETE: a file that takes its place has another owner. */
    @ParameterizedTest
    @ValueSource(ints = {0x80, 0x100, 0x2_0000, 0x10_0000, 0x20, 0x1_0000})
    void otherRightsDoNotCount(int right) {
        assertThat(ownedBy(USER).allowed(right, EVERYONE).otherUser()).isEmpty();
    }

    @Test
    void whatOnlyTheContentOfAFolderInheritsDoesNotCount() {
        ownedBy(USER)
                .entry(ALLOWED, INHERIT_ONLY | FOR_FILES_AND_FOLDERS, FULL, EVERYONE)
                .entry(ALLOWED, INHERIT_ONLY | FOR_FILES_AND_FOLDERS, FULL, "S-1-3-0");

        assertThat(otherUser()).isEmpty();
    }

    @Test
    void whatIsAlsoInheritedCounts() {
        assertThat(ownedBy(USER)
                        .entry(ALLOWED, FOR_FILES_AND_FOLDERS, FULL, EVERYONE)
                        .otherUser())
                .contains(EVERYONE);
    }

    @Test
    void whatIsDeniedIsNotGranted() {
        ownedBy(USER).entry(DENIED, 0, FULL, EVERYONE).allowed(FULL, USER);

        assertThat(otherUser()).isEmpty();
    }

    /** A conditional entry names a user like any other; what comes after its SID is its condition. */
    @ParameterizedTest
    @CsvSource({"9,S-1-5-11", "5,S-1-1-0", "11,S-1-1-0", "4,S-1-1-0", "99,S-1-1-0"})
    void entriesOfRareKindsCount(int type, String other) {
        assertThat(ownedBy(USER)
                        .entry(type, 0, READ, AUTHENTICATED_USERS)
                        .allowed(FULL, USER)
                        .otherUser())
                .contains(other);
    }

    @Test
    void withoutAListEverybodyMayDoEverything() {
        ownedBy(USER);
        bytes.putInt(16, 0);
        SecurityDescriptor withoutList = SecurityDescriptor.of(bytes.array());

        assertThat(withoutList.grants()).isNull();
        assertThat(withoutList.otherUser(USER)).contains(EVERYONE);
    }

    /** What is in its place is not a list if the flag says that there is none. */
    @Test
    void aListThatDoesNotCountIsNone() {
        ownedBy(USER).allowed(FULL, USER);
        bytes.putShort(2, (short) 0x8000);

        assertThat(otherUser()).contains(EVERYONE);
    }
}
