/** Work on bytes, on arrays that a test makes. */
@NullMarked
package io.piperelay.bytes;

import org.jspecify.annotations.NullMarked;
