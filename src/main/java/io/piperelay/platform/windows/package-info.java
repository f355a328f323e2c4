/**
 * Windows: pipes by {@code CreatePipe}, children by {@code CreateProcess} in a job object, called through JNA. Bytes enter
 * and leave through {@link io.piperelay.platform.windows.HandleOutputStream} and
 * {@link io.piperelay.platform.windows.HandleInputStream}, which close their handle safely while a call blocks on it.
 */
@NullMarked
package io.piperelay.platform.windows;

import org.jspecify.annotations.NullMarked;
