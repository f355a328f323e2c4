/** Tests of whether the API does what its description says. */
@NullMarked
package io.piperelay.web.docs;

import org.jspecify.annotations.NullMarked;
