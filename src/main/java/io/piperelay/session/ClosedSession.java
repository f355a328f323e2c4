package io.piperelay.session;

import io.piperelay.session.SessionStatus.StoppedBy;
import org.jspecify.annotations.Nullable;

/**
 * A session at its end.
 *
 * @param stoppedBy what it took to end the child; null if the child had exited by itself before
 */
public record ClosedSession(SessionStatus status, @Nullable StoppedBy stoppedBy) {}
