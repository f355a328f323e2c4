package io.piperelay.web.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.util.Map;
import org.yaml.snakeyaml.Yaml;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The problem documents that {@code openapi.yaml} shows, to compare with those that are really answered. */
public final class ProblemExample {

    private static final JsonNode EXAMPLES = examples();

    private ProblemExample() {}

    /** @param slug of the type of problem */
    public static JsonNode of(String slug) {
        JsonNode example = EXAMPLES.path(slug).path("value");
        assertThat(example.isObject()).as("there is an example of " + slug).isTrue();
        return example;
    }

    /** Fails unless the answer has the example's title, status, detail and members; the numbers may be others. */
    public static void assertShown(JsonNode answer) {
        JsonNode example = of(answer.path("type").asString().replaceFirst(".*/problems/", ""));
        assertThat(answer.propertyNames()).containsExactlyElementsOf(example.propertyNames());
        assertThat(answer.path("title")).isEqualTo(example.path("title"));
        assertThat(answer.path("status")).isEqualTo(example.path("status"));
        assertThat(withoutNumbers(answer)).isEqualTo(withoutNumbers(example));
    }

    private static String withoutNumbers(JsonNode problem) {
        return problem.path("detail").asString().replaceAll("[0-9]+", "#");
    }

    private static JsonNode examples() {
        try (InputStream description = ProblemExample.class.getResourceAsStream("/openapi.yaml")) {
            Map<String, Object> document = new Yaml().load(description);
            return JsonMapper.shared().<JsonNode>valueToTree(document).at("/components/examples");
        } catch (IOException e) {
            throw new ExceptionInInitializerError(e);
        }
    }
}
