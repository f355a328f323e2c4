package io.piperelay.web.access;

import io.piperelay.web.problem.Problem;
import io.piperelay.web.problem.ProblemType;
import io.piperelay.web.problem.ProblemWriter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Lets in only the intended clients: programs on this machine or with the token, and a browser only on behalf of the
 * service's own pages.
 *
 * <p>A web page of another site can make a visitor's browser send requests here, under a name of its own that resolves to
 * this machine (DNS rebinding, visible in Host), or across origins (visible in Origin and <a
 * href="https://www.w3.org/TR/fetch-metadata/">Sec-Fetch-Site</a>, which no page can forge). GET is no exception, because a
 * read takes bytes. Programs that are not browsers send no Origin or Sec-Fetch-Site and are not affected.
 */
public final class LocalAccessFilter extends OncePerRequestFilter {

    /** No browser uses it, and without a Host there is nothing to rebind. Load balancers' health checks do. */
    private static final String WITHOUT_HOST = "HTTP/1.0";

    private final AccessPolicy policy;
    private final ProblemWriter problems;

    public LocalAccessFilter(AccessPolicy policy, ProblemWriter problems) {
        this.policy = policy;
        this.problems = problems;
    }

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        Problem refusal = refusal(request);
        if (refusal == null) {
            SecurityHeaders.set(request, response);
            HttpServletRequest allowed = TokenProtocol.hidden(request);
            chain.doFilter(maySeeAll(request) ? new OperatorsRequest(allowed) : allowed, response);
            return;
        }
        if (refusal.type() == ProblemType.UNAUTHORIZED) {
            response.setHeader("WWW-Authenticate", "Bearer realm=\"pipe-relay\"");
        }
        problems.write(refusal, request, response);
    }

    private @Nullable Problem refusal(HttpServletRequest request) {
        String host = request.getHeader("Host");
        if (!(host == null && request.getProtocol().equals(WITHOUT_HOST)) && !policy.allowsHost(host)) {
            return forbidden(
                    "The Host header is not one of this service's own names. The operator can allow others with"
                            + " pipe.access.allowed-hosts.");
        }
        if (!isOwnOrigin(Collections.list(request.getHeaders("Origin")), host)) {
            return forbidden("The Origin header shows that the request comes from a web page of another origin.");
        }
        if (isFromElsewhere(request)) {
            return forbidden(
                    "The Sec-Fetch-Site header shows that the request comes from a web page of another origin.");
        }
        if (!ServicePath.canBeLinked(request)) {
            return new Problem(
                    ProblemType.BAD_REQUEST,
                    "The Forwarded or X-Forwarded headers do not name a valid scheme, host or path.");
        }
        if (!isRecognized(request) && !PublicPaths.contain(request)) {
            return new Problem(
                    ProblemType.UNAUTHORIZED, "This service requires its token: 'Authorization: Bearer <token>'.");
        }
        if (policy.token() != null && policy.token().isShownBy(request.getQueryString())) {
            return new Problem(
                    ProblemType.INVALID_PARAMETER,
                    "The token belongs in the Authorization header only: URLs are remembered and logged.");
        }
        return null;
    }

    private boolean isRecognized(HttpServletRequest request) {
        return policy.token() == null
                || policy.token().isPresentedBy(request.getHeader("Authorization"))
                || policy.token().isOfferedIn(TokenProtocol.offeredBy(request));
    }

    /** Of what is public, only the health has anything to hide. */
    private boolean maySeeAll(HttpServletRequest request) {
        return ServicePath.isHealth(request) && isRecognized(request);
    }

    private static Problem forbidden(String detail) {
        return new Problem(ProblemType.FORBIDDEN, detail);
    }

    private static boolean isOwnOrigin(List<String> origins, @Nullable String host) {
        return origins.stream()
                .map(origin -> origin.toLowerCase(Locale.ROOT))
                .allMatch(origin ->
                        origin.equalsIgnoreCase("http://" + host) || origin.equalsIgnoreCase("https://" + host));
    }

    /** A link from another site may lead to the pages, but not to the pipe. */
    private static boolean isFromElsewhere(HttpServletRequest request) {
        String site = request.getHeader("Sec-Fetch-Site");
        if (site == null || site.equals("same-origin") || site.equals("none")) {
            return false;
        }
        boolean followsLink = "navigate".equals(request.getHeader("Sec-Fetch-Mode"))
                && "document".equals(request.getHeader("Sec-Fetch-Dest"));
        return !(followsLink && PublicPaths.contain(request));
    }
}
