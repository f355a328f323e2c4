/** Keeps a child alive: starts it again when it has exited, as its profile says. No payload passes through here. */
@NullMarked
package io.piperelay.restart;

import org.jspecify.annotations.NullMarked;
