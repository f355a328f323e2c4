package io.piperelay;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;

@SpringBootApplication
public class PipeRelayApplication {

    public static void main(String[] args) {
        SpringApplication.run(PipeRelayApplication.class, args);
    }
}
