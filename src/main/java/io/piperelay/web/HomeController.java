package io.piperelay.web;

import io.piperelay.web.access.ServicePath;
import jakarta.servlet.http.HttpServletRequest;
import java.net.URI;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/** Redirects people who open the service in a browser to Swagger UI. */
@RestController
class HomeController {

    @GetMapping({"", "/"})
    ResponseEntity<Void> home(HttpServletRequest request) {
        return ResponseEntity.status(HttpStatus.FOUND)
                .location(URI.create(ServicePath.prefix(request) + "/swagger-ui.html"))
                .build();
    }
}
