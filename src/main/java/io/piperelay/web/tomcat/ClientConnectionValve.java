package io.piperelay.web.tomcat;

import jakarta.servlet.ServletException;
import java.io.IOException;
import java.util.concurrent.Semaphore;
import org.apache.catalina.connector.Request;
import org.apache.catalina.connector.Response;
import org.apache.catalina.valves.ValveBase;

/** Lets those who answer a request ask about its connection, and leaves the connection in order behind them. */
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
