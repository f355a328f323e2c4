package io.piperelay.platform.posix;

import com.sun.jna.Function;
import com.sun.jna.NativeLibrary;
import org.jspecify.annotations.Nullable;

/**
 * What <a href="https://man7.org/linux/man-pages/man3/posix_spawn.3.html">posix_spawn(3)</a> knows in newer C libraries
 * only: there is another way without each of them.
 *
 * @param addChDir {@code posix_spawn_file_actions_addchdir_np(actions, path)}; glibc 2.29, null before
 * @param addCloseFrom {@code posix_spawn_file_actions_addclosefrom_np(actions, first)}; glibc 2.34, null before
 */
record SpawnExtensions(
        @Nullable Function addChDir, @Nullable Function addCloseFrom) {

    static SpawnExtensions ofThisSystem() {
        return new SpawnExtensions(
                function("posix_spawn_file_actions_addchdir_np"), function("posix_spawn_file_actions_addclosefrom_np"));
    }

    private static @Nullable Function function(String name) {
        try {
            return NativeLibrary.getInstance("c").getFunction(name);
        } catch (UnsatisfiedLinkError e) {
            return null;
        }
    }
}
