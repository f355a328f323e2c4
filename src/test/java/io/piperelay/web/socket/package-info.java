/** Tests of what becomes of messages, without a socket. */
@NullMarked
package io.piperelay.web.socket;

import org.jspecify.annotations.NullMarked;
