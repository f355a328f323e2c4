/**
 * Linux: pipes by {@code pipe2(2)}, children by {@code posix_spawn(3)}, what {@code /proc} says about processes, and file
 * modes. Bytes enter and leave through {@link io.piperelay.platform.posix.PipeOutputStream} and
 * {@link io.piperelay.platform.posix.PipeInputStream}, which close their descriptor safely while a call blocks on it.
 */
@NullMarked
package io.piperelay.platform.posix;

import org.jspecify.annotations.NullMarked;
