package io.piperelay.web.access;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import java.security.Principal;

/** A request by somebody who may see everything: it has a user, for which the actuator looks. */
final class OperatorsRequest extends HttpServletRequestWrapper {

    private static final Principal OPERATOR = () -> "operator";

    OperatorsRequest(HttpServletRequest request) {
        super(request);
    }

    @Override
    public Principal getUserPrincipal() {
        return OPERATOR;
    }
}
