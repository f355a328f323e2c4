/**
 * A conversation over one pipe that serves both directions, for the two processes that share it.
 *
 * <p>Both ends of such a pipe are open in both processes, so a reader may take back what it wrote itself, and neither
 * side ever sees an end of file. The two sides therefore strictly take turns, one
 * {@link io.piperelay.halfduplex.Frame frame} each, the parent first. A frame is a single write of at most
 * {@value io.piperelay.halfduplex.Frame#MAX_SIZE} bytes, which any empty pipe accepts whole and without blocking, and the
 * pipe is empty whenever a turn begins. A frame's size alone tells who wrote it: even from the parent, odd from the
 * child. A side therefore asks how many bytes are in the pipe, and reads exactly that many once the number is the other
 * side's.
 *
 * <p>The child answers every frame. An answer that does not fit in one frame says that there is <em>more</em>, and the
 * parent asks for the next part with an empty frame. The parent's frames likewise say whether there is more of the
 * request to come; each is answered before the next one is sent, so that a request of any length gets through without
 * being buffered as a whole. The parent's last frame announces the <em>end</em> of its input; when it has been answered,
 * the conversation is over.
 *
 * <p>Nobody blocks in a read, because on Windows even asking how many bytes are in the pipe waits behind a read in
 * progress. Instead both sides poll, at first without a pause and then less and less often, and notice the other side's exit in
 * the same way.
 */
package io.piperelay.halfduplex;
