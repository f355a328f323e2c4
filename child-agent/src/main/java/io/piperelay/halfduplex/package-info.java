/**
 * A conversation over one pipe that serves both directions, for the two processes that share it.
 *
 * <p>Both ends of such a pipe are open in both processes, so whoever reads may take back what it wrote itself, and
 * nobody ever sees an end of file. The two sides therefore take turns, strictly, one
 * {@link io.piperelay.halfduplex.Frame frame} each, the parent first. A frame is one write of at most
 * {@value io.piperelay.halfduplex.Frame#MAX_SIZE} bytes, which any pipe takes whole and without blocking while it is
 * empty, and it is empty whenever a turn begins. Its size alone tells who wrote it: even from the parent, odd from the
 * child. So a side looks how many bytes are in the pipe, and reads exactly that many, once that number is the other
 * side's.
 *
 * <p>The child answers every frame. An answer that does not fit in one frame says that there is <em>more</em>, and the
 * parent bids it go on with an empty frame. The parent's frames say likewise whether the request has more to come; each
 * is answered before the next one leaves, which is how a request of any length gets through without anybody holding it.
 * The parent's last frame announces the <em>end</em> of its input; when that one is answered, the conversation is over.
 *
 * <p>Nobody blocks in a read, because on Windows even a look at the pipe waits behind a read in progress. Both sides
 * look again and again instead, less and less often, and notice the other's end in the same way.
 */
package io.piperelay.halfduplex;
