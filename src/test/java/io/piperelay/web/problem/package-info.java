@NullMarked
package io.piperelay.web.problem;

import org.jspecify.annotations.NullMarked;
