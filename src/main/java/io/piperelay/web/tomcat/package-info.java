/** What the service needs of its servlet container beyond the servlet API. */
@NullMarked
package io.piperelay.web.tomcat;

import org.jspecify.annotations.NullMarked;
