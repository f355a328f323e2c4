/** Tests of the service as its clients see it: over HTTP, with real children. */
@NullMarked
package io.piperelay.http;

import org.jspecify.annotations.NullMarked;
