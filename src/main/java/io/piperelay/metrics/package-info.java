/**
 * What the operator's tools ask for: meters of what passes through the pipe and of who waits for it, and the service's
 * health. Whatever is measured knows nothing of it.
 */
@NullMarked
package io.piperelay.metrics;

import org.jspecify.annotations.NullMarked;
