/** What others would write: programs that the service is compared with. Each runs in a JVM of its own. */
@NullMarked
package io.piperelay.bench.peer;

import org.jspecify.annotations.NullMarked;
