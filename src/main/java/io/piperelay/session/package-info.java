/**
 * The heart of the service: one session at a time, which is a child, its pipes, and the bytes on their way through.
 *
 * <p>Bytes towards the child go through {@link io.piperelay.session.InputWriter} (whose turn, which offset), {@link
 * io.piperelay.session.InputSlot} (one chunk in line behind the pipe) and {@link io.piperelay.session.InputPump} (the
 * only thread that blocks in native writes). Bytes from the child go through {@link io.piperelay.session.OutputPump}
 * (the only thread that blocks in native reads), {@link io.piperelay.session.OutputWindow} (a bounded log with offsets)
 * and {@link io.piperelay.session.OutputReader} (whose turn, what was taken).
 */
@NullMarked
package io.piperelay.session;

import org.jspecify.annotations.NullMarked;
