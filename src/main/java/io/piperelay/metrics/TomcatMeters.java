package io.piperelay.metrics;

import io.micrometer.core.instrument.MeterRegistry;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.tomcat.metrics.TomcatMetricsBinder;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * Tomcat's meters, if the operator lets Tomcat register what it counts. Otherwise there would be nothing to measure but
 * sessions, which it never has, and to find that out takes a start of JMX.
 */
@Configuration(proxyBeanMethods = false)
@ConditionalOnBooleanProperty("server.tomcat.mbeanregistry.enabled")
class TomcatMeters {

    @Bean
    TomcatMetricsBinder tomcatMetricsBinder(MeterRegistry registry) {
        return new TomcatMetricsBinder(registry);
    }
}
