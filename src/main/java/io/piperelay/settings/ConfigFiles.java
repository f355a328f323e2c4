package io.piperelay.settings;

import io.piperelay.startup.Failures;
import io.piperelay.startup.StartException;
import java.io.IOException;
import java.nio.charset.Charset;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.env.PropertiesPropertySourceLoader;
import org.springframework.boot.env.PropertySourceLoader;
import org.springframework.boot.env.YamlPropertySourceLoader;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.core.env.PropertySource;
import org.springframework.core.io.Resource;
import org.yaml.snakeyaml.error.Mark;
import org.yaml.snakeyaml.error.MarkedYAMLException;

/**
 * Reads configuration files as Spring Boot's own two readers do, in the same order, but says which file could not be read,
 * and where in it, which they don't.
 */
@Order(Ordered.HIGHEST_PRECEDENCE)
final class ConfigFiles implements PropertySourceLoader {

    private final PropertySourceLoader properties = new PropertiesPropertySourceLoader();
    private final PropertySourceLoader yaml = new YamlPropertySourceLoader();

    @Override
    public String[] getFileExtensions() {
        return Stream.of(properties, yaml)
                .flatMap(loader -> Stream.of(loader.getFileExtensions()))
                .toArray(String[]::new);
    }

    @Override
    public List<PropertySource<?>> load(String name, Resource resource) throws IOException {
        return load(name, resource, null);
    }

    @Override
    public List<PropertySource<?>> load(String name, Resource resource, @Nullable Charset encoding) {
        try {
            return loader(resource).load(name, resource, encoding);
        } catch (MarkedYAMLException e) {
            throw new StartException(
                    place(resource, e.getProblemMark()) + " is not valid YAML: " + Objects.toString(e.getProblem())
                            + ".",
                    e);
        } catch (IOException | RuntimeException e) {
            throw new StartException(place(resource, null) + " can't be read: " + Failures.reason(e) + ".", e);
        }
    }

    private PropertySourceLoader loader(Resource resource) {
        String file = Objects.toString(resource.getFilename()).toLowerCase(Locale.ROOT);
        return List.of(yaml.getFileExtensions()).stream().anyMatch(extension -> file.endsWith("." + extension))
                ? yaml
                : properties;
    }

    private static String place(Resource resource, @Nullable Mark mark) {
        String file = file(resource);
        return mark == null ? file : file + ", line " + (mark.getLine() + 1) + ",";
    }

    private static String file(Resource resource) {
        try {
            return resource.getFile().getPath();
        } catch (IOException e) {
            return Objects.toString(resource.getFilename(), resource.getDescription());
        }
    }
}
