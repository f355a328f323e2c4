/** What this package assumes about Tomcat's internals: each assumption has a test, so that an upgrade fails loudly. */
@NullMarked
package io.piperelay.web.tomcat;

import org.jspecify.annotations.NullMarked;
