package io.piperelay.startup;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.context.event.EventListener;
import org.springframework.core.env.Environment;
import org.springframework.stereotype.Component;

/** Greets the user with commands to try. */
@Component
class StartupMessage {

    private static final Logger log = LoggerFactory.getLogger(StartupMessage.class);

    private final Environment environment;

    StartupMessage(Environment environment) {
        this.environment = environment;
    }

    @EventListener(ApplicationReadyEvent.class)
    void greet() {
        log.info("""
                pipe-relay is ready.

                  Swagger UI   http://localhost:{port}/swagger-ui.html
                  Try it       curl -X POST localhost:{port}/pipe -H 'Content-Type: application/json' -d '{"child":"bingo"}'
                               curl -d 'Bingo hen shuai' 'localhost:{port}/pipe/write?append=nul'
                               curl localhost:{port}/pipe/read
                """.replace("{port}", environment.getRequiredProperty("local.server.port")));
    }
}
