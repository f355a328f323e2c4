package io.piperelay.web.docs;

import io.piperelay.web.access.ServicePath;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.springframework.core.io.ClassPathResource;
import org.springframework.http.MediaType;
import org.springframework.util.function.SingletonSupplier;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;
import org.yaml.snakeyaml.Yaml;
import tools.jackson.databind.json.JsonMapper;

/**
 * Serves {@code openapi.yaml}, to Swagger UI among others, in place of the document that springdoc would generate.
 *
 * <p>The text is served verbatim and in its own order, which springdoc's model would not preserve; only the server's URL is
 * replaced by the one that the client sees, with its prefix.
 */
@RestController
class OpenApiController {

    private static final String YAML_SERVER = "  - url: /\n";
    private static final String JSON_SERVER = "\"servers\":[{\"url\":\"/\"";

    private final String yaml;

    /** Made when somebody asks for it: parsing so much YAML would take a tenth of the start. */
    private final SingletonSupplier<String> json;

    OpenApiController(JsonMapper mapper) throws IOException {
        yaml = new ClassPathResource("openapi.yaml").getContentAsString(StandardCharsets.UTF_8);
        json = SingletonSupplier.of(() -> mapper.writeValueAsString(new Yaml().<Object>load(yaml)));
    }

    @GetMapping(path = "/v3/api-docs", produces = MediaType.APPLICATION_JSON_VALUE)
    byte[] json(HttpServletRequest request) {
        return below(request, json.obtain(), JSON_SERVER);
    }

    @GetMapping(path = "/v3/api-docs.yaml", produces = MediaType.APPLICATION_YAML_VALUE)
    byte[] yaml(HttpServletRequest request) {
        return below(request, yaml, YAML_SERVER);
    }

    /** The prefix has been checked to be a path and nothing else. */
    private static byte[] below(HttpServletRequest request, String document, String server) {
        String prefix = ServicePath.prefix(request);
        return document.replace(server, server.replace("/", prefix.isEmpty() ? "/" : prefix))
                .getBytes(StandardCharsets.UTF_8);
    }
}
