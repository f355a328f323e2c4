package io.piperelay.settings;

import io.piperelay.bytes.Framing;
import io.piperelay.bytes.TextEncoding;
import io.piperelay.restart.RestartPolicy;
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
 * @param environment its variables, besides those that it inherits, and in their place where it would inherit them
 * @param inheritEnvironment the names of the service's variables that it gets, at whose end {@code *} stands for
 *     anything; null for those that a program needs to feel at home
 * @param pipelining whether it answers each message with exactly one reply, in order
 * @param encoding what it reads and writes if that is text; null for UTF-8
 * @param framing how each of its messages says how long it is
 * @param restart whether it is started again when it has exited by itself
 * @param stopGrace how long it may take to exit once its input has ended, before it is asked to; up to an hour
 * @param stopInput what is written before its input is closed at the end of its session; empty for nothing
 */
public record ConfiguredChild(
        List<String> command,
        @Nullable Path workingDirectory,
        Map<String, String> environment,
        @Nullable List<String> inheritEnvironment,
        boolean pipelining,
        @Nullable TextEncoding encoding,
        Framing framing,
        RestartPolicy restart,
        Duration stopGrace,
        String stopInput) {}
