/**
 * The heart of the service: one session at a time, which is a child, its pipes, and the bytes on their way through. Where to
 * look:
 *
 * <ul>
 *   <li>{@link io.piperelay.session.PipeSessions} owns the current session and starts the next; {@link
 *       io.piperelay.session.PipeSession} is one, from its start to its end, and the door to everything below.
 *   <li>Input: {@link io.piperelay.session.InputWriter} (whose turn, which offset), {@link io.piperelay.session.InputSlot}
 *       (one chunk in line behind the pipe), {@link io.piperelay.session.InputPump} (the only thread that blocks in native
 *       writes).
 *   <li>Output: {@link io.piperelay.session.OutputPump} (the only thread that blocks in native reads), {@link
 *       io.piperelay.session.OutputWindow} (a bounded log with offsets), {@link io.piperelay.session.OutputReader} (whose
 *       turn, what was taken).
 *   <li>Both at once: {@link io.piperelay.session.Exchanges}, which remembers them in its {@link
 *       io.piperelay.session.ExchangeLog}.
 *   <li>Watching: {@link io.piperelay.session.Observation} follows the {@link io.piperelay.session.OutputLog}, both output
 *       streams in their {@link io.piperelay.session.ArrivalOrder}.
 *   <li>The child: {@link io.piperelay.session.ChildProfile}, {@link io.piperelay.session.RelayThreads}, {@link
 *       io.piperelay.session.ChildStop}; what becomes of it is in the {@link io.piperelay.session.SessionLog}.
 * </ul>
 */
@NullMarked
package io.piperelay.session;

import org.jspecify.annotations.NullMarked;
