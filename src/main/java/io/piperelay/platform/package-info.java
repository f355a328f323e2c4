/**
 * What the service needs of an operating system, in terms of its own: pipes, a child process at the other end of them, and
 * files that only their owner can use. Bytes enter and leave through the streams of
 * {@link io.piperelay.platform.ChildProcess}, which are the service's ends of the pipes.
 *
 * <p>The two implementations are in {@code platform.posix} and {@code platform.windows}; only they call native code, and
 * only the application's wiring knows which of them is in use.
 */
@NullMarked
package io.piperelay.platform;

import org.jspecify.annotations.NullMarked;
