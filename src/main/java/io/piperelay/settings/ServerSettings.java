package io.piperelay.settings;

import io.piperelay.startup.StartException;
import java.time.Duration;
import org.springframework.beans.factory.config.BeanFactoryPostProcessor;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.core.env.Environment;

/** Refuses values of Spring Boot's own settings with which there would be no server, or one that waits for ever. */
public final class ServerSettings implements BeanFactoryPostProcessor {

    private static final String PORT = "server.port";
    private static final int LARGEST_PORT = 65535;
    private static final String TIMEOUT = "server.tomcat.connection-timeout";

    private final Environment environment;

    public ServerSettings(Environment environment) {
        this.environment = environment;
    }

    @Override
    public void postProcessBeanFactory(ConfigurableListableBeanFactory beans) {
        Binder binder = Binder.get(environment);
        binder.bind(PORT, Integer.class).ifBound(port -> {
            if (port < 0 || port > LARGEST_PORT) {
                throw new StartException(PORT + " can't be " + port + ": it is from 1 to " + LARGEST_PORT
                        + ", or 0 for one that is free.");
            }
        });
        binder.bind(TIMEOUT, Duration.class).ifBound(timeout -> Ranges.check(TIMEOUT, timeout));
    }
}
