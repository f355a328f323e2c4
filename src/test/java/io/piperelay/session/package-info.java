/** Tests of the session's parts, without a real child. */
@NullMarked
package io.piperelay.session;

import org.jspecify.annotations.NullMarked;
