package io.piperelay.web.tomcat;

import jakarta.servlet.ServletException;
import java.io.IOException;
import java.util.concurrent.Semaphore;
import org.apache.catalina.connector.Request;
import org.apache.catalina.connector.Response;
import org.apache.catalina.valves.ValveBase;

/**
 * Gives a request its {@link ClientConnection}, and leaves the connection in order afterwards. Without it, one request's
 * timeouts would apply to the next one, and the rest of its unread body would be waited for.
 */
final class ClientConnectionValve extends ValveBase {

    /** If many are refused at once, the others are closed immediately: one that lingers costs as much as a long poll. */
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
