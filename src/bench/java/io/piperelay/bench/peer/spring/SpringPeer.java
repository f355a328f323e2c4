package io.piperelay.bench.peer.spring;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.context.request.async.DeferredResult;

/** What Spring Boot costs by itself: a hello, an echo, and a long poll that nothing ever answers. */
@RestController
@SpringBootApplication
public class SpringPeer {

    private static final long POLL_MILLIS = 60_000;

    public static void main(String[] args) {
        SpringApplication.run(SpringPeer.class, args);
    }

    @GetMapping("/hello")
    String hello() {
        return "hello";
    }

    @PostMapping("/echo")
    byte[] echo(@RequestBody byte[] body) {
        return body;
    }

    @GetMapping("/poll")
    DeferredResult<String> poll() {
        return new DeferredResult<>(POLL_MILLIS);
    }
}
