/**
 * The application and its wiring, the only part that knows which operating system it runs on. Payload passes from
 * {@code web} through {@code session} to {@code platform} and back, never through here.
 */
@NullMarked
package io.piperelay;

import org.jspecify.annotations.NullMarked;
