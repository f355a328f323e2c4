package io.piperelay.web.tomcat;

import java.time.Duration;

/** @param headerTimeout how long a request's headers may take from their first byte to their last */
public record ConnectionLimits(Duration headerTimeout) {}
