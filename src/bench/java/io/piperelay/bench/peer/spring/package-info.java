/** A bare Spring Boot application, packed by {@link io.piperelay.bench.SpringPeerJar}. */
@NullMarked
package io.piperelay.bench.peer.spring;

import org.jspecify.annotations.NullMarked;
