@NullMarked
package io.piperelay.web.access;

import org.jspecify.annotations.NullMarked;
