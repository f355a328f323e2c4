/**
 * Every failure's answer: an RFC 9457 problem document, whoever found the failure, in the language the client prefers.
 */
@NullMarked
package io.piperelay.web.problem;

import org.jspecify.annotations.NullMarked;
