/** Who may talk to the service: the first thing that every request meets. */
@NullMarked
package io.piperelay.web.access;

import org.jspecify.annotations.NullMarked;
