package io.piperelay;

import io.piperelay.startup.FutileCollection;
import io.piperelay.startup.OutOfMemoryExit;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.webmvc.autoconfigure.error.ErrorMvcAutoConfiguration;

/** The application. There are no error pages: a valve also answers the container's own failures as problem documents. */
@SpringBootApplication(exclude = ErrorMvcAutoConfiguration.class)
public class PipeRelayApplication {

    public static void main(String[] args) {
        OutOfMemoryExit.install();
        FutileCollection.watch();
        SpringApplication.run(PipeRelayApplication.class, args);
    }
}
