package io.piperelay.bench.peer;

import jakarta.servlet.http.HttpServlet;
import java.nio.file.Files;
import org.apache.catalina.startup.Tomcat;

/**
 * Servlets in a bare Tomcat, the service's own container.
 *
 * <pre>ServletPeer PORT echo|serial|pipelined</pre>
 *
 * <p>Like the service, it has a virtual thread for each request where the JDK has them (21 and later), which is the fastest
 * for all three.
 */
public final class ServletPeer {

    private ServletPeer() {}

    public static void main(String[] args) throws Exception {
        serve(Integer.parseInt(args[0]), servlet(args[1]));
    }

    private static HttpServlet servlet(String mode) throws Exception {
        return switch (mode) {
            case "echo" -> new EchoServlet();
            case "serial" -> new SerialServlet();
            case "pipelined" -> new PipelinedServlet();
            default -> throw new IllegalArgumentException(mode);
        };
    }

    private static void serve(int port, HttpServlet servlet) throws Exception {
        var tomcat = new Tomcat();
        tomcat.setBaseDir(Files.createTempDirectory("bench-tomcat").toString());
        var context = tomcat.addContext("", null);
        Tomcat.addServlet(context, "servlet", servlet).addMapping("/*");
        var connector = tomcat.getConnector();
        connector.setPort(port);
        connector.setProperty("address", "127.0.0.1");
        connector.setProperty(
                "useVirtualThreads", String.valueOf(Runtime.version().feature() >= 21));
        tomcat.start();
        tomcat.getServer().await();
    }
}
