package io.piperelay.http.support;

import io.piperelay.PipeRelayApplication;
import org.springframework.boot.SpringApplication;
import org.springframework.context.ConfigurableApplicationContext;

/** The real application in this JVM, on a port of its own. */
public final class RelayService implements AutoCloseable {

    private final ConfigurableApplicationContext context;
    private final RelayClient client;

    private RelayService(ConfigurableApplicationContext context) {
        this.context = context;
        this.client =
                new RelayClient(Integer.parseInt(context.getEnvironment().getRequiredProperty("local.server.port")));
    }

    public static RelayService start(Settings settings) {
        var application = new SpringApplication(PipeRelayApplication.class);
        application.setRegisterShutdownHook(false);
        return new RelayService(application.run(settings.asArguments().toArray(String[]::new)));
    }

    public RelayClient client() {
        return client;
    }

    public int port() {
        return client.port();
    }

    @Override
    public void close() {
        context.close();
        // Otherwise the next one in this JVM would create this one's folder again.
        System.clearProperty("catalina.home");
        System.clearProperty("catalina.base");
    }
}
