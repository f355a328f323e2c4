package io.piperelay.web.docs;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.piperelay.web.docs.ApiDescription.Part;
import java.net.http.HttpHeaders;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Finds how an answer differs from its description. Anything that the description does not mention is a difference. */
final class Conformity {

    private static final Set<String> OF_THE_TRANSPORT = Set.of(
            ":status", "connection", "content-length", "content-type", "date", "keep-alive", "transfer-encoding");

    private static final Set<String> FOR_BROWSERS = Set.of(
            "content-security-policy",
            "cross-origin-opener-policy",
            "cross-origin-resource-policy",
            "referrer-policy",
            "x-content-type-options",
            "x-frame-options");

    private static final String PROBLEM = "application/problem+json";
    private static final String EVENTS = "text/event-stream";

    private final ApiDescription api;
    private final List<String> differences = new ArrayList<>();

    private Conformity(ApiDescription api) {
        this.api = api;
    }

    /** @param operation as {@code GET /pipe}; one that is not described is answered by 405 */
    static List<String> differences(ApiDescription api, String operation, HttpResponse<byte[]> answer) {
        var conformity = new Conformity(api);
        conformity.compare(operation, answer);
        return conformity.differences;
    }

    private void compare(String operation, HttpResponse<byte[]> answer) {
        String type = answer.headers()
                .firstValue("Content-Type")
                .map(value -> value.split(";", -1)[0])
                .orElse("");
        if (!api.operation(operation).exists()) {
            compareRefusal(operation, answer, type);
            return;
        }
        Part response = api.at(api.operation(operation), "responses", String.valueOf(answer.statusCode()));
        if (!response.exists()) {
            differences.add("status " + answer.statusCode() + " is not described: "
                    + new String(answer.body(), StandardCharsets.UTF_8));
            return;
        }
        compareHeaders(response, answer.headers(), new ArrayList<>(everywhere(operation, type)));
        if (!operation.startsWith("HEAD")) {
            compareBody(response, answer, type);
        }
    }

    /** Headers that the description's introduction mentions for all answers. */
    private static List<String> everywhere(String operation, String type) {
        List<String> names = new ArrayList<>();
        if (operation.contains(" /pipe") || type.equals(PROBLEM)) {
            names.addAll(List.of("cache-control", "x-content-type-options"));
        }
        if (type.equals(PROBLEM)) {
            names.add("content-language");
        }
        return names;
    }

    private void compareRefusal(String operation, HttpResponse<byte[]> answer, String type) {
        String path = operation.split(" ", -1)[1];
        Set<String> methods = Set.of(answer.headers()
                .firstValue("Allow")
                .orElse("")
                .toLowerCase(Locale.ROOT)
                .split(", ?"));
        Set<String> described =
                new TreeSet<>(api.at(api.root(), "paths", path).node().propertyNames());
        described.retainAll(ApiDescription.METHODS);
        described.add("options");
        if (described.contains("get")) {
            described.add("head");
        }
        if (answer.statusCode() != 405 || !methods.equals(described) || !type.equals(PROBLEM)) {
            differences.add("not a 405 that allows " + described + ": " + answer + answer.headers());
        }
        compareProblem(answer, JsonMapper.shared().readTree(answer.body()));
    }

    private void compareHeaders(Part response, HttpHeaders headers, List<String> everywhere) {
        for (String name : everywhere) {
            if (headers.firstValue(name).isEmpty()) {
                differences.add("header " + name + " is missing");
            }
        }
        Part described = api.at(response, "headers");
        described.node().propertyNames().forEach(name -> compareHeader(api.at(described, name), name, headers));
        for (String name : headers.map().keySet()) {
            boolean known = described.node().propertyNames().stream().anyMatch(name::equalsIgnoreCase);
            if (!known && !everywhere.contains(name.toLowerCase(Locale.ROOT)) && !isOnAnyAnswer(name)) {
                differences.add("header " + name + " is not described");
            }
        }
    }

    private static boolean isOnAnyAnswer(String name) {
        String lower = name.toLowerCase(Locale.ROOT);
        return OF_THE_TRANSPORT.contains(lower) || FOR_BROWSERS.contains(lower) || lower.equals("pipe-session");
    }

    private void compareHeader(Part header, String name, HttpHeaders headers) {
        boolean required = header.node().path("required").asBoolean(false);
        headers.firstValue(name)
                .ifPresentOrElse(
                        value -> {
                            Part schema = api.at(header, "schema");
                            JsonNode parsed =
                                    schema.node().path("type").asString().equals("integer")
                                            ? JsonNodeFactory.instance.numberNode(Long.parseLong(value))
                                            : JsonNodeFactory.instance.stringNode(value);
                            differences.addAll(api.violations(schema, parsed));
                        },
                        () -> {
                            if (required) {
                                differences.add("header " + name + " is missing");
                            }
                        });
    }

    private void compareBody(Part response, HttpResponse<byte[]> answer, String type) {
        Part content = api.at(response, "content");
        if (!content.exists() && answer.body().length == 0) {
            return;
        }
        Part schema = api.at(content, type, "schema");
        if (!schema.exists()) {
            differences.add("media type '" + type + "' is not described for " + answer.statusCode());
        } else if (type.endsWith("json")) {
            JsonNode body = JsonMapper.shared().readTree(answer.body());
            differences.addAll(api.violations(schema, body));
            if (type.equals(PROBLEM)) {
                compareExamples(api.at(content, type, "examples"), body);
                compareProblem(answer, body);
            }
        } else if (type.equals(EVENTS)) {
            compareEvents(schema, new String(answer.body(), UTF_8));
        }
    }

    /** The schema describes one event by its fields; comments and the like are not covered. */
    private void compareEvents(Part schema, String events) {
        for (String block : events.split("\n\n", -1)) {
            ObjectNode event = JsonNodeFactory.instance.objectNode();
            block.lines().forEach(line -> {
                String[] field = line.split(": ", 2);
                event.put(field[0], field[1]);
            });
            if (event.has("event")) {
                differences.addAll(api.violations(schema, event));
                JsonNode data = JsonMapper.shared().readTree(event.path("data").asString());
                differences.addAll(api.violations(api.at(schema, "properties", "data", "contentSchema"), data));
            }
        }
    }

    /** The examples show which types of problems an answer may have: there is one of each. */
    private void compareExamples(Part examples, JsonNode problem) {
        String slug = problem.path("type").asString().replace("/problems/", "");
        if (!examples.node().has(slug)) {
            differences.add("problem " + slug + " is not described here");
        }
    }

    private void compareProblem(HttpResponse<byte[]> answer, JsonNode problem) {
        Map<String, Object> expected = Map.of(
                "status",
                answer.statusCode(),
                "instance",
                answer.request().uri().getPath());
        Map<String, Object> actual = Map.of(
                "status", problem.path("status").asInt(),
                "instance", problem.path("instance").asString());
        if (!actual.equals(expected)) {
            differences.add("the problem says " + actual + " instead of " + expected);
        }
    }
}
