/** The platform layer alone, in this process, beside what else Java has for a child's streams. */
@NullMarked
package io.piperelay.bench.inprocess;

import org.jspecify.annotations.NullMarked;
