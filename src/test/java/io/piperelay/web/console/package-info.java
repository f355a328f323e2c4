/** Tests of the console's files as they are in the jar, without a browser. */
@NullMarked
package io.piperelay.web.console;

import org.jspecify.annotations.NullMarked;
