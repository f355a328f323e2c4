package io.piperelay.web.access;

import io.piperelay.files.TokenFile;
import io.piperelay.platform.OwnerOnlyFiles;
import io.piperelay.startup.StartException;
import io.piperelay.web.problem.ProblemWriter;
import java.io.IOException;
import java.net.InetAddress;
import java.util.Collection;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.web.server.autoconfigure.ServerProperties;
import org.springframework.boot.web.server.autoconfigure.ServerProperties.ForwardHeadersStrategy;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;
import org.springframework.core.env.Environment;
import org.springframework.web.filter.ForwardedHeaderFilter;

/** Decides who is let in, by the operator's settings; refuses settings that would let in anybody. */
@Configuration(proxyBeanMethods = false)
class AccessConfiguration {

    /** After the filter that checks the target as it was sent. */
    private static final int FORWARDED_HEADERS = Ordered.HIGHEST_PRECEDENCE + 1;

    private static final String TOKEN_SETTINGS =
            "pipe.access.token-file=<file>, made up if the file is not there yet, or pipe.access.token";

    @Bean
    AccessPolicy accessPolicy(
            AccessSettings access, OwnerOnlyFiles files, ServerProperties server, Environment environment) {
        if (environment.containsProperty("management.server.port")) {
            throw new StartException(
                    "The actuator would listen on a port of its own (management.server.port), where nobody is asked for"
                            + " a token or a name. Leave management.server.port out.");
        }
        AccessToken token = token(access, files);
        if (!isLoopback(server.getAddress())
                && (token == null || access.allowedHosts().isEmpty())) {
            throw new StartException(
                    "The service would listen beyond this machine's loopback interface (server.address), where anybody"
                            + " who reaches it could run its children. Listen on 127.0.0.1, or set both a token ("
                            + TOKEN_SETTINGS + ") and the names under which clients reach the service"
                            + " (pipe.access.allowed-hosts=<name>,...).");
        }
        if (token == null) {
            refuseOtherNames(access.allowedHosts());
        }
        return new AccessPolicy(Set.copyOf(access.allowedHosts()), token);
    }

    /**
     * A browser sends Sec-Fetch-Site, which reveals the page that a request comes from, only to trustworthy addresses:
     * loopback or TLS. And with a plain GET, as for an image, it sends no Origin either.
     */
    private static void refuseOtherNames(Collection<String> allowedHosts) {
        String others = allowedHosts.stream()
                .filter(host -> !AccessPolicy.isLoopback(host))
                .collect(Collectors.joining(", "));
        if (!others.isEmpty()) {
            throw new StartException(
                    "Under the names of pipe.access.allowed-hosts (" + others + ") any web page could take the child's"
                            + " output by its visitor's browser, because no token is set. Set one (" + TOKEN_SETTINGS
                            + ").");
        }
    }

    private static boolean isLoopback(@Nullable InetAddress address) {
        return address != null && address.isLoopbackAddress();
    }

    private static @Nullable AccessToken token(AccessSettings access, OwnerOnlyFiles files) {
        try {
            if (access.tokenFile() != null) {
                return new AccessToken(TokenFile.read(access.tokenFile(), files));
            }
            return access.token() == null ? null : new AccessToken(access.token());
        } catch (IOException | IllegalArgumentException e) {
            throw new StartException(
                    "The token cannot be used: " + e.getMessage()
                            + ". Correct pipe.access.token-file or pipe.access.token; the variable PIPE_ACCESS_TOKEN can hold a token"
                            + " instead.",
                    e);
        }
    }

    @Bean
    FilterRegistrationBean<LocalAccessFilter> localAccessFilter(AccessPolicy policy, ProblemWriter problems) {
        var registration = new FilterRegistrationBean<>(new LocalAccessFilter(policy, problems));
        registration.setOrder(FORWARDED_HEADERS + 1);
        return registration;
    }

    /**
     * Spring Boot adds its own filter only if the operator wants Spring to evaluate a proxy's headers. Otherwise anybody
     * could send them, and springdoc would evaluate them.
     */
    @Bean
    FilterRegistrationBean<ForwardedHeaderFilter> forwardedHeaderFilter(ServerProperties server) {
        var filter = new ForwardedHeaderFilter();
        filter.setRemoveOnly(server.getForwardHeadersStrategy() != ForwardHeadersStrategy.FRAMEWORK);
        var registration = new FilterRegistrationBean<>(filter);
        registration.setOrder(FORWARDED_HEADERS);
        return registration;
    }
}
