/**
 * The path of payload between a client and the session. A request's body enters through
 * {@link io.piperelay.web.payload.DeadlineInputStream}; output leaves through
 * {@link io.piperelay.web.payload.HttpReceiver}, unchanged or as a JSON document, or through
 * {@link io.piperelay.web.payload.LiveResponse}.
 */
@NullMarked
package io.piperelay.web.payload;

import org.jspecify.annotations.NullMarked;
