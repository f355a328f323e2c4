/**
 * Who may use the service: filters that every request passes before anything else sees it, and that refuse what they do not
 * let in. They look only at a request's target and headers, never at payload.
 */
@NullMarked
package io.piperelay.web.access;

import org.jspecify.annotations.NullMarked;
