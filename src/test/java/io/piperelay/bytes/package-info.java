/** Tests of the work on bytes, on arrays that the tests make. */
@NullMarked
package io.piperelay.bytes;

import org.jspecify.annotations.NullMarked;
