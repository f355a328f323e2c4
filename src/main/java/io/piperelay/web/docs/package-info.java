/** The API's description, written by hand in {@code openapi.yaml}, as tools and Swagger UI read it. No payload here. */
@NullMarked
package io.piperelay.web.docs;

import org.jspecify.annotations.NullMarked;
