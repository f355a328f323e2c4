/** Measures the service beside others of its kind: contenders run side by side, are loaded in turn, and compared. */
@NullMarked
package io.piperelay.bench;

import org.jspecify.annotations.NullMarked;
