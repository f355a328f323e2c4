/**
 * The core of the service: one session at a time, which is a child, its pipes, and the bytes that pass through them. Where
 * to look:
 *
 * <ul>
 *   <li>{@link io.piperelay.session.PipeSessions} owns the current session and starts the next; {@link
 *       io.piperelay.session.PipeSession} is one session, from its start to its end, and the entry to everything below.
 *   <li>Input enters as a {@link io.piperelay.session.ChunkedBody} and passes through {@link
 *       io.piperelay.session.InputWriter} (turns and offsets) into the pipe, if it has room; if not, through {@link
 *       io.piperelay.session.InputSlot} (one chunk that waits for the pipe) and {@link io.piperelay.session.InputPump} (the
 *       only thread that blocks in native writes).
 *   <li>Output passes through {@link io.piperelay.session.OutputIntake} (read from the pipe by {@link
 *       io.piperelay.session.OutputPump}, which waits for it as long as it takes, or for moments by a reader), {@link
 *       io.piperelay.session.OutputWindow} (a bounded log with offsets), {@link io.piperelay.session.OutputWait} (until the
 *       requested bytes are there) and {@link io.piperelay.session.OutputReader} (turns, and what has been taken), and leaves
 *       as an {@link io.piperelay.session.OutputSlice} to a {@link io.piperelay.session.Receiver}.
 *   <li>Both at once: {@link io.piperelay.session.Exchanges}, recorded in the {@link io.piperelay.session.ExchangeLog}.
 *   <li>Observing: {@link io.piperelay.session.Observation} follows the {@link io.piperelay.session.OutputLog}, both output
 *       streams in their {@link io.piperelay.session.ArrivalOrder}.
 *   <li>The child: {@link io.piperelay.session.ChildProfile}, {@link io.piperelay.session.RelayThreads}, {@link
 *       io.piperelay.session.ChildStop}; what becomes of it is logged by {@link io.piperelay.session.SessionLog}; whether
 *       another session with the same child follows, {@link io.piperelay.session.Succession}.
 * </ul>
 */
@NullMarked
package io.piperelay.session;

import org.jspecify.annotations.NullMarked;
