/** The application and its wiring, which alone knows what operating system it runs on. */
@NullMarked
package io.piperelay;

import org.jspecify.annotations.NullMarked;
