/**
 * Reads the operator's settings, and refuses those that are unknown or invalid. No payload passes through here; what is
 * configured leaves as {@link io.piperelay.settings.ConfiguredChild} and as the settings records of other packages.
 */
@NullMarked
package io.piperelay.settings;

import org.jspecify.annotations.NullMarked;
