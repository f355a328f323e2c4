package io.piperelay.startup;

import java.io.File;
import java.net.Inet6Address;
import java.net.InetAddress;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.boot.web.server.Ssl;
import org.springframework.boot.web.server.autoconfigure.ServerProperties;
import org.springframework.context.event.EventListener;
import org.springframework.core.env.Environment;
import org.springframework.stereotype.Component;

/** Greets the user with commands to try, in the words of the system's shells. */
@Component
class StartupMessage {

    private static final Logger log = LoggerFactory.getLogger(StartupMessage.class);

    private static final String PAGES = """
            pipe-relay is ready{session}.

              Console      {url}/
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

    /** Where there is a session already, of a child whose language is not known. The same in all shells, but for curl's name. */
    private static final String SESSION = """
              Watch it     {curl} -N {url}/pipe/events
              Try it       {curl} -d "a line of input" {url}/pipe/exchange
                           {curl} {url}/pipe/read
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
        String scheme = Ssl.isEnabled(server.getSsl()) ? "https" : "http";
        String url = scheme + "://" + host(server.getAddress()) + ":" + port + path;
        log.info(text(File.separatorChar == '\\', url, environment.getProperty("pipe.start")));
    }

    /** @param child of the session that there is already; null if there is none */
    static String text(boolean windows, String url, @Nullable String child) {
        String commands = child != null ? SESSION : windows ? WINDOWS : POSIX;
        return (PAGES + commands)
                .replace("{curl}", windows ? "curl.exe" : "curl")
                .replace("{url}", url)
                .replace("{session}", child == null ? "" : ", with a session of '" + child + "'");
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
