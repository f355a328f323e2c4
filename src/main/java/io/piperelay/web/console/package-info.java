/** The console page, as files for a browser. What it shows it gets through the HTTP interface like every other client. */
@NullMarked
package io.piperelay.web.console;

import org.jspecify.annotations.NullMarked;
