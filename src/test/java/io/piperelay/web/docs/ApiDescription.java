package io.piperelay.web.docs;

import com.networknt.schema.Error;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import tools.jackson.core.JsonPointer;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** An OpenAPI 3.1 document, to look things up in and to validate JSON with. */
final class ApiDescription {

    static final Set<String> METHODS = Set.of("get", "head", "post", "put", "patch", "delete", "options", "trace");

    private static final String IRI = "https://example.com/openapi.json";
    private static final String META_SCHEMA = "https://json-schema.org/draft/2020-12/schema";

    private final JsonNode document;
    private final SchemaRegistry schemas;

    ApiDescription(String json) {
        document = JsonMapper.shared().readTree(json);
        String closed = closed(document.deepCopy()).toString();
        schemas = SchemaRegistry.withDefaultDialect(
                SpecificationVersion.DRAFT_2020_12, registry -> registry.schemas(Map.of(IRI, closed)));
    }

    /** Clients must tolerate members that are not described, but the service must not send any. */
    private static JsonNode closed(JsonNode document) {
        for (JsonNode schema : document.findParents("properties")) {
            ((ObjectNode) schema).put("additionalProperties", false);
        }
        return document;
    }

    /** A part of the document, found through references if need be. */
    record Part(JsonPointer pointer, JsonNode node) {

        boolean exists() {
            return !node.isMissingNode();
        }
    }

    Part root() {
        return new Part(JsonPointer.empty(), document);
    }

    /** A part below this one; its node is missing if there is none. */
    Part at(Part parent, String... names) {
        Part part = parent;
        for (String name : names) {
            part = dereferenced(part.pointer().appendProperty(name), part.node().path(name));
        }
        return part;
    }

    private Part dereferenced(JsonPointer pointer, JsonNode node) {
        JsonNode reference = node.path("$ref");
        if (!reference.isString()) {
            return new Part(pointer, node);
        }
        JsonPointer target = JsonPointer.compile(reference.stringValue().substring(1));
        return dereferenced(target, document.at(target));
    }

    /** All operations, as {@code GET /pipe}. */
    Set<String> operations() {
        Set<String> operations = new TreeSet<>();
        document.path("paths")
                .forEachEntry((path, item) -> item.propertyNames().forEach(name -> {
                    if (METHODS.contains(name)) {
                        operations.add(name.toUpperCase(Locale.ROOT) + " " + path);
                    }
                }));
        return operations;
    }

    /** @param operation as {@code GET /pipe} */
    Part operation(String operation) {
        String[] words = operation.split(" ", -1);
        return at(root(), "paths", words[1], words[0].toLowerCase(Locale.ROOT));
    }

    List<Part> queryParameters(Part operation) {
        List<Part> parameters = new ArrayList<>();
        Part all = at(operation, "parameters");
        for (int index = 0; index < all.node().size(); index++) {
            Part parameter =
                    dereferenced(all.pointer().appendIndex(index), all.node().get(index));
            if (parameter.node().path("in").asString().equals("query")) {
                parameters.add(parameter);
            }
        }
        return parameters;
    }

    /** In what the instance differs from the schema; a member that is not described is a difference. */
    List<String> violations(Part schema, JsonNode instance) {
        Schema compiled = schemas.getSchema(SchemaLocation.of(IRI + "#" + schema.pointer()));
        return validate(compiled, instance);
    }

    /** Why a part is not a valid schema. */
    List<String> flaws(Part schema) {
        return validate(schemas.getSchema(SchemaLocation.of(META_SCHEMA)), schema.node());
    }

    private static List<String> validate(Schema schema, JsonNode instance) {
        return schema
                .validate(
                        instance,
                        execution -> execution.executionConfig(config -> config.formatAssertionsEnabled(true)))
                .stream()
                .map(Error::toString)
                .toList();
    }

    /** Everything that the document refers to, such as {@code #/components/schemas/Offset}. */
    Stream<String> references() {
        return document.findValues("$ref").stream().map(JsonNode::stringValue).distinct();
    }

    JsonNode resolve(String reference) {
        return document.at(reference.substring(1));
    }
}
