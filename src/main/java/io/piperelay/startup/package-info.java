/** What an operator sees of the start: which settings are known, what they may be, and why the service does not start. */
@NullMarked
package io.piperelay.startup;

import org.jspecify.annotations.NullMarked;
