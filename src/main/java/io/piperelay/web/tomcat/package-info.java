/**
 * What the service needs of its servlet container beyond the servlet API, and all that knows Tomcat. Every byte of a request
 * or an answer passes through {@link io.piperelay.web.tomcat.DeadlineChannel}, which is the socket's side of a connection.
 */
@NullMarked
package io.piperelay.web.tomcat;

import org.jspecify.annotations.NullMarked;
