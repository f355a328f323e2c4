/**
 * The way of the bytes between a client and the session: a request's body as it comes in, and output as it goes out, as it
 * is or as a JSON document.
 */
@NullMarked
package io.piperelay.web.payload;

import org.jspecify.annotations.NullMarked;
