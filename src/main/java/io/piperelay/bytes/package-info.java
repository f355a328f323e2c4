/**
 * Data structures and algorithms on bytes that use nothing but the JDK: a ring that holds the last bytes of a stream, the
 * search for a delimiter, the headers of frames, and the boundaries of characters. Bytes enter and leave as arrays.
 */
@NullMarked
package io.piperelay.bytes;

import org.jspecify.annotations.NullMarked;
