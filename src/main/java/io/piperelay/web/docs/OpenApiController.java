package io.piperelay.web.docs;

import java.io.IOException;
import java.io.InputStream;
import org.springframework.core.io.ClassPathResource;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;
import org.yaml.snakeyaml.Yaml;
import tools.jackson.databind.json.JsonMapper;

/**
 * Serves {@code openapi.yaml} where springdoc would serve what it generates, to Swagger UI among others.
 *
 * <p>Word for word and in its own order, which a pass through springdoc's model would not keep.
 */
@RestController
class OpenApiController {

    private final byte[] yaml;
    private final byte[] json;

    OpenApiController(JsonMapper mapper) throws IOException {
        var file = new ClassPathResource("openapi.yaml");
        yaml = file.getContentAsByteArray();
        try (InputStream stream = file.getInputStream()) {
            json = mapper.writeValueAsBytes(new Yaml().<Object>load(stream));
        }
    }

    @GetMapping(path = "/v3/api-docs", produces = MediaType.APPLICATION_JSON_VALUE)
    byte[] json() {
        return json;
    }

    @GetMapping(path = "/v3/api-docs.yaml", produces = MediaType.APPLICATION_YAML_VALUE)
    byte[] yaml() {
        return yaml;
    }
}
