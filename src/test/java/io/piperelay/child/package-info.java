/** Child programs for the tests, which use nothing but the JDK. */
@NullMarked
package io.piperelay.child;

import org.jspecify.annotations.NullMarked;
