/** Clients that cost little, and the same for every contender. */
@NullMarked
package io.piperelay.bench.load;

import org.jspecify.annotations.NullMarked;
