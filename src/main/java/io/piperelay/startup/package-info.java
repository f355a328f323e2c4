/**
 * What an operator sees of the service: its greeting, why it does not start, its log, its end for lack of memory. No
 * payload passes through here.
 */
@NullMarked
package io.piperelay.startup;

import org.jspecify.annotations.NullMarked;
