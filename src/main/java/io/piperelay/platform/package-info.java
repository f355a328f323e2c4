/**
 * What the service needs of an operating system, in its own words: pipes, a child process on the other end of them, and
 * files that others cannot use.
 *
 * <p>The two implementations live in {@code platform.posix} and {@code platform.windows}; only they touch native code,
 * and nobody but the application's wiring knows which of them is in use.
 */
@NullMarked
package io.piperelay.platform;

import org.jspecify.annotations.NullMarked;
