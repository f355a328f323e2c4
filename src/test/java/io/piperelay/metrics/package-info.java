@NullMarked
package io.piperelay.metrics;

import org.jspecify.annotations.NullMarked;
