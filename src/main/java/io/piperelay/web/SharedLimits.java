package io.piperelay.web;

import io.piperelay.web.payload.Messages;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** What clients of several routes share. */
@Configuration(proxyBeanMethods = false)
class SharedLimits {

    @Bean
    Messages messages(PipeLimits limits) {
        return new Messages(limits.pace(), limits.maxRequest(), limits.maxFrame());
    }
}
