/** Whether the API is what its description says. */
@NullMarked
package io.piperelay.web.docs;

import org.jspecify.annotations.NullMarked;
