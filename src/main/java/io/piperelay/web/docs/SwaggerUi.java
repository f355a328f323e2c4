package io.piperelay.web.docs;

import io.piperelay.web.access.ServicePath;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import org.springframework.core.io.ClassPathResource;
import org.springframework.core.io.support.PropertiesLoaderUtils;
import org.springframework.http.CacheControl;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.servlet.config.annotation.ResourceHandlerRegistry;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;

/**
 * Serves <a href="https://github.com/swagger-api/swagger-ui/blob/master/docs/usage/configuration.md">Swagger UI</a>, out of
 * its WebJar and with a configuration of this service's own, to people with a browser.
 */
@RestController
class SwaggerUi implements WebMvcConfigurer {

    private static final String WEBJAR = "META-INF/maven/org.webjars/swagger-ui/pom.properties";

    /**
     * Without the bar of the standalone layout, which would load other descriptions, from anywhere, and without a validator,
     * which would be asked about this one. Schemas are shown where they are used.
     */
    private static final String CONFIGURATION = """
            {
              "configUrl": "{prefix}/v3/api-docs/swagger-config",
              "url": "{prefix}/v3/api-docs",
              "validatorUrl": "",
              "layout": "BaseLayout",
              "tryItOutEnabled": true,
              "displayRequestDuration": true,
              "docExpansion": "list",
              "defaultModelsExpandDepth": -1
            }""";

    private static final String INITIALIZER = """
            window.onload = () => {
              window.ui = SwaggerUIBundle(Object.assign({
                dom_id: "#swagger-ui",
                deepLinking: true,
                presets: [SwaggerUIBundle.presets.apis, SwaggerUIStandalonePreset],
                plugins: [SwaggerUIBundle.plugins.DownloadUrl]
              }, {configuration}));
            };
            """;

    @Override
    public void addResourceHandlers(ResourceHandlerRegistry registry) {
        String folder = "classpath:/META-INF/resources/webjars/swagger-ui/" + version() + "/";
        registry.addResourceHandler("/swagger-ui/*.html")
                .addResourceLocations(folder)
                .setCacheControl(CacheControl.noStore());
        registry.addResourceHandler("/swagger-ui/**").addResourceLocations(folder);
    }

    /** A WebJar's folder is named after its version. */
    private static String version() {
        try {
            return PropertiesLoaderUtils.loadProperties(new ClassPathResource(WEBJAR))
                    .getProperty("version");
        } catch (IOException e) {
            throw new UncheckedIOException("Swagger UI is missing", e);
        }
    }

    @GetMapping("/swagger-ui.html")
    ResponseEntity<Void> page(HttpServletRequest request) {
        return ResponseEntity.status(HttpStatus.FOUND)
                .location(URI.create(ServicePath.prefix(request) + "/swagger-ui/index.html"))
                .build();
    }

    @GetMapping(path = "/v3/api-docs/swagger-config", produces = MediaType.APPLICATION_JSON_VALUE)
    byte[] configuration(HttpServletRequest request) {
        return below(request, CONFIGURATION);
    }

    /** In place of the WebJar's, which would show an example. */
    @GetMapping(path = "/swagger-ui/swagger-initializer.js", produces = "text/javascript")
    ResponseEntity<byte[]> initializer(HttpServletRequest request) {
        return ResponseEntity.ok()
                .cacheControl(CacheControl.noStore())
                .body(below(request, INITIALIZER.replace("{configuration}", CONFIGURATION)));
    }

    /** The prefix has been checked to be a path and nothing else. */
    private static byte[] below(HttpServletRequest request, String text) {
        return text.replace("{prefix}", ServicePath.prefix(request)).getBytes(StandardCharsets.UTF_8);
    }
}
