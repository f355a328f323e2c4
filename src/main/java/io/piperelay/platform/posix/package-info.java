/** Linux: {@code pipe2}, the JDK's process launcher, and {@code /proc}. */
@NullMarked
package io.piperelay.platform.posix;

import org.jspecify.annotations.NullMarked;
