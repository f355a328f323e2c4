/** Windows: CreatePipe, CreateProcess and what belongs to them, by JNA. */
@NullMarked
package io.piperelay.platform.windows;

import org.jspecify.annotations.NullMarked;
