/** Linux: {@code pipe2}, {@code posix_spawn}, {@code /proc}, and the modes of files. */
@NullMarked
package io.piperelay.platform.posix;

import org.jspecify.annotations.NullMarked;
