package io.piperelay.web.tomcat;

import java.time.Duration;

/**
 * @param connections how many may be open at once
 * @param headerTimeout how long a request's headers may take from their first byte to their last
 */
public record ConnectionLimits(int connections, Duration headerTimeout) {}
