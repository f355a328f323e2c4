package io.piperelay.web.tomcat;

import jakarta.servlet.ServletException;
import java.io.IOException;
import java.util.concurrent.Semaphore;
import org.apache.catalina.connector.Request;
import org.apache.catalina.connector.Response;
import org.apache.catalina.valves.ValveBase;

/**
 * Gives a request its {@link ClientConnection}, and leaves the connection in order behind it. Without it one request's
 * timeouts would hold for the next one, and what it left unread of its body would be waited for.
 */
final class ClientConnectionValve extends ValveBase {

    /** Of a crowd that is turned away the rest goes at once: whoever stays costs as much memory as a long poll. */
    private final Semaphore lingering = new Semaphore(32);

    ClientConnectionValve() {
        super(true);
    }

    @Override
    public void invoke(Request request, Response response) throws IOException, ServletException {
        ClientConnection connection = ClientConnection.attach(request);
        try {
            getNext().invoke(request, response);
            if (!response.isError()) {
                connection.complete();
            }
        } finally {
            connection.detach();
        }
        UnreadBody.drop(request, lingering);
    }
}
