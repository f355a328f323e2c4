package io.piperelay.web.tomcat;

import io.piperelay.settings.HeapShares;
import io.piperelay.settings.Ranges;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * What the container allows its clients, as the operator configured it.
 *
 * @param connections connections that may be open at once; while there are more, only the session's status and end and the
 *     health are answered, all else gets 503; by default the lesser of 1000 and heap/128KB
 * @param headerTimeout how long a request's headers may take from their first byte to their last
 */
@ConfigurationProperties("pipe.limits")
public record ContainerSettings(
        @Nullable Integer connections, @DefaultValue("10s") Duration headerTimeout) {

    private static final int CONNECTIONS = 1000;

    public ContainerSettings {
        Ranges.checkClients("pipe.limits.connections", connections);
        Ranges.check("pipe.limits.header-timeout", headerTimeout);
    }

    int mostConnections() {
        return connections == null
                ? Math.min(CONNECTIONS, HeapShares.ofThisProcess().connections())
                : connections;
    }
}
