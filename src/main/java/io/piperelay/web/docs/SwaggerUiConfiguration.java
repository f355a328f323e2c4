package io.piperelay.web.docs;

import org.springdoc.core.configuration.SpringDocConfiguration;
import org.springdoc.core.properties.SpringDocConfigProperties;
import org.springdoc.core.properties.SwaggerUiConfigProperties;
import org.springdoc.core.properties.SwaggerUiOAuthProperties;
import org.springdoc.core.providers.ObjectMapperProvider;
import org.springdoc.webmvc.ui.SwaggerIndexPageTransformer;
import org.springdoc.webmvc.ui.SwaggerIndexTransformer;
import org.springdoc.webmvc.ui.SwaggerWelcomeCommon;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Lazy;
import org.springframework.util.function.SingletonSupplier;

/**
 * Swagger UI without the rest of springdoc, as its FAQ says for a document of one's own: what would generate a document, and
 * a second Jackson for it, is not made at every start.
 */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(SpringDocConfigProperties.class)
class SwaggerUiConfiguration {

    /** Swagger UI is there only where this is. */
    @Bean
    @Lazy
    SpringDocConfiguration springDocConfiguration() {
        return new SpringDocConfiguration();
    }

    /** Writes the configuration into the page; made when somebody opens it. */
    @Bean
    SwaggerIndexTransformer swaggerIndexTransformer(
            SwaggerUiConfigProperties swagger,
            SwaggerUiOAuthProperties oauth,
            SwaggerWelcomeCommon welcome,
            SpringDocConfigProperties properties) {
        var transformer = SingletonSupplier.of(
                () -> new SwaggerIndexPageTransformer(swagger, oauth, welcome, new ObjectMapperProvider(properties)));
        return (request, resource, chain) -> transformer.obtain().transform(request, resource, chain);
    }
}
