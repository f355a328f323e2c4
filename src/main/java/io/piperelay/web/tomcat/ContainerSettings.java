package io.piperelay.web.tomcat;

import java.nio.file.Path;
import java.time.Duration;

/**
 * @param connections how many may be open at once
 * @param headerTimeout how long a request's headers may take from their first byte to their last
 * @param folder where the container may keep files while it runs
 */
public record ContainerSettings(int connections, Duration headerTimeout, Path folder) {}
