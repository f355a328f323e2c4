/** The session's parts, each without a child. */
@NullMarked
package io.piperelay.session;

import org.jspecify.annotations.NullMarked;
