/** What an operator sees of the service: its greeting, why it does not start, its log, its end for want of memory. */
@NullMarked
package io.piperelay.startup;

import org.jspecify.annotations.NullMarked;
