/** What the tests over HTTP share: the service in this JVM or in one of its own, its clients, and their records. */
@NullMarked
package io.piperelay.http.support;

import org.jspecify.annotations.NullMarked;
