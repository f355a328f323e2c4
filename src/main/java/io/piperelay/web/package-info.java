/**
 * HTTP: what users ask for, turned into calls of the session and back. Here is what is particular to this service; {@code
 * web.payload} moves the bytes, {@code web.problem} answers every failure, {@code web.tomcat} is all that knows the
 * container.
 */
@NullMarked
package io.piperelay.web;

import org.jspecify.annotations.NullMarked;
