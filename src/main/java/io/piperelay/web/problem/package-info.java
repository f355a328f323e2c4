/**
 * The answer to every failure, wherever it was detected: an RFC 9457 problem document, in the language that the client
 * prefers. It leaves through {@link io.piperelay.web.problem.ProblemWriter}; no payload passes through here.
 */
@NullMarked
package io.piperelay.web.problem;

import org.jspecify.annotations.NullMarked;
