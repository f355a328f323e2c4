/** Tests of the policies of restarts; that they are followed is shown with real children: {@code RestartIT}. */
@NullMarked
package io.piperelay.restart;

import org.jspecify.annotations.NullMarked;
