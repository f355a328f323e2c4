/** Plain work on bytes, on the JDK alone: held by their offsets, searched for a delimiter, cut where a character ends. */
@NullMarked
package io.piperelay.bytes;

import org.jspecify.annotations.NullMarked;
