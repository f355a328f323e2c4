/** Reads what the operator set, and refuses what is not known or cannot be meant. */
@NullMarked
package io.piperelay.settings;

import org.jspecify.annotations.NullMarked;
