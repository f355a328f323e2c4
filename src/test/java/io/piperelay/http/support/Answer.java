package io.piperelay.http.support;

import java.net.http.HttpHeaders;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A whole HTTP answer. */
public record Answer(int status, HttpHeaders headers, byte[] body) {

    private static final JsonMapper JSON = JsonMapper.builder().build();

    public String text() {
        return new String(body, StandardCharsets.UTF_8);
    }

    public JsonNode json() {
        return JSON.readTree(body);
    }

    /** A header's only value. */
    public String header(String name) {
        return optionalHeader(name).orElseThrow(() -> new AssertionError("no header " + name + " in " + this));
    }

    public Optional<String> optionalHeader(String name) {
        return headers.firstValue(name);
    }

    public long number(String header) {
        return Long.parseLong(header(header));
    }

    /** The type of problem that the answer reports, such as {@code pipe-full}; empty if it reports none. */
    public String problem() {
        boolean problem = optionalHeader("Content-Type").orElse("").startsWith("application/problem+json");
        return problem ? json().path("type").asString("").replace("/problems/", "") : "";
    }

    @Override
    public String toString() {
        String shown = text();
        return status + " " + headers.map() + " " + (shown.length() > 500 ? shown.substring(0, 500) + "…" : shown);
    }
}
