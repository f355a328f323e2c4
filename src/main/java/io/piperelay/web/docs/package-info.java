/** The API's description, written by hand in {@code openapi.yaml}, for tools and for the page that people try it on. */
@NullMarked
package io.piperelay.web.docs;

import org.jspecify.annotations.NullMarked;
