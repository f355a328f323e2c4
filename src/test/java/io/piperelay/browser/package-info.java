/** The pages as their users have them: in a browser. */
@NullMarked
package io.piperelay.browser;

import org.jspecify.annotations.NullMarked;
