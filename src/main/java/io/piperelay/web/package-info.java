/**
 * HTTP: the routes of this service, which turn requests into calls of the session. Bytes enter through the body that
 * {@code PayloadController} hands to the session, and leave through the receivers of {@code web.payload}.
 *
 * <p>{@code web.access} decides who is let in, {@code web.payload} moves the bytes, {@code web.problem} answers every
 * failure, and {@code web.tomcat} is all that knows the container.
 */
@NullMarked
package io.piperelay.web;

import org.jspecify.annotations.NullMarked;
