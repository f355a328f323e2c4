package io.piperelay.settings;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A child profile as the operator wrote it.
 *
 * @param command the program and its arguments, passed unchanged, without a shell; the program {@code {agent}} is the
 *     bundled agent
 * @param workingDirectory the folder it starts in; the service's own by default
 * @param environment its whole environment; nothing is inherited
 * @param pipelining whether it answers each message with exactly one reply, in order
 * @param stopGrace how long it may take to exit once its input has ended, before it is asked to; up to an hour
 */
public record ConfiguredChild(
        List<String> command,
        @Nullable Path workingDirectory,
        Map<String, String> environment,
        boolean pipelining,
        Duration stopGrace) {}
