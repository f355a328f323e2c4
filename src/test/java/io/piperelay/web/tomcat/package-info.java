/** What this room takes for granted of Tomcat's inside: each assumption is a test of its own, so that an upgrade fails loudly. */
@NullMarked
package io.piperelay.web.tomcat;

import org.jspecify.annotations.NullMarked;
