/** Child programs for the tests, on the JDK alone. */
@NullMarked
package io.piperelay.child;

import org.jspecify.annotations.NullMarked;
