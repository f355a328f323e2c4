package io.piperelay.startup;

import java.io.File;
import java.net.Inet6Address;
import java.net.InetAddress;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.boot.web.server.autoconfigure.ServerProperties;
import org.springframework.context.event.EventListener;
import org.springframework.core.env.Environment;
import org.springframework.stereotype.Component;

/** Greets the user with commands to try, in the words of the system's shells. */
@Component
class StartupMessage {

    private static final Logger log = LoggerFactory.getLogger(StartupMessage.class);

    private static final String PAGES = """
            pipe-relay is ready.

              Swagger UI   {url}/swagger-ui.html
            """;

    private static final String POSIX = """
              Try it       curl -X POST {url}/pipe -H 'Content-Type: application/json' -d '{"child":"bingo"}'
                           curl -d 'Bingo hen shuai' '{url}/pipe/write?append=nul'
                           curl {url}/pipe/read
            """;

    /**
     * For cmd.exe a single quote is a letter like any other. In Windows PowerShell, curl is another program, and loses the
     * quotes within an argument.
     */
    private static final String WINDOWS = """
              In cmd.exe   curl.exe -X POST {url}/pipe -H "Content-Type: application/json" -d "{\\"child\\":\\"bingo\\"}"
              PowerShell   Invoke-RestMethod {url}/pipe -Method Post -ContentType application/json -Body '{"child":"bingo"}'
              Then         curl.exe -d "Bingo hen shuai" "{url}/pipe/write?append=nul"
                           curl.exe {url}/pipe/read
            """;

    private final ServerProperties server;
    private final Environment environment;

    StartupMessage(ServerProperties server, Environment environment) {
        this.server = server;
        this.environment = environment;
    }

    @EventListener(ApplicationReadyEvent.class)
    void greet() {
        String port = environment.getRequiredProperty("local.server.port");
        String path = environment.getProperty("server.servlet.context-path", "");
        log.info(text(File.separatorChar == '\\', "http://" + host(server.getAddress()) + ":" + port + path));
    }

    static String text(boolean windows, String url) {
        return (PAGES + (windows ? WINDOWS : POSIX)).replace("{url}", url);
    }

    /**
     * Not localhost: a client on Windows tries ::1 first, and where nobody listens there, that takes from 200 ms to 2 s for
     * each connection.
     */
    static String host(@Nullable InetAddress listening) {
        if (listening == null || listening.isAnyLocalAddress()) {
            return "127.0.0.1";
        }
        String address = listening.getHostAddress();
        return listening instanceof Inet6Address ? "[" + address + "]" : address;
    }
}
