package io.piperelay.web.docs;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.piperelay.child.MisbehavingChild;
import io.piperelay.http.support.Answer;
import io.piperelay.http.support.RawConnection;
import io.piperelay.web.docs.ApiDescription.Part;
import io.piperelay.web.problem.ProblemType;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import org.springframework.web.servlet.mvc.method.RequestMappingInfo;
import org.springframework.web.servlet.mvc.method.annotation.RequestMappingHandlerMapping;
import org.yaml.snakeyaml.Yaml;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The service does what {@code openapi.yaml} says. Every answer that any of these tests gets is compared with the
 * description: status, headers, media type, body, type of problem.
 */
@SpringBootTest(
        webEnvironment = WebEnvironment.RANDOM_PORT,
        properties = {"pipe.input.max-request=100KB", "pipe.limits.waiting-readers=2", "pipe.limits.observers=1"})
class OpenApiIT {

    private static final int MAX_REQUEST = 100 * 1024;

    /** The answer to methods that are not described, and so part of no described operation. */
    private static final String REFUSAL = "method-not-allowed";

    private final HttpClient client = HttpClient.newHttpClient();

    @Autowired
    @Qualifier("requestMappingHandlerMapping") private RequestMappingHandlerMapping mappings;

    @LocalServerPort
    private int port;

    private ApiDescription api;

    @DynamicPropertySource
    static void children(DynamicPropertyRegistry properties) {
        properties.add("pipe.children.silent.command", () -> MisbehavingChild.command("silent"));
        properties.add("pipe.children.exits.command", () -> MisbehavingChild.command("exit", "3"));
        properties.add("pipe.children.talkative.command", () -> MisbehavingChild.command("random", "1", "2000000"));
        properties.add("pipe.children.missing.command", () -> List.of("/nowhere/no-such-program"));
    }

    @BeforeEach
    void readTheDescription() throws Exception {
        api = new ApiDescription(text(fetch("/v3/api-docs")));
    }

    @AfterEach
    void closeTheSession() throws Exception {
        assertThat(call("DELETE", "/pipe?grace=0s").statusCode()).isIn(200, 404);
    }

    // The document itself

    @Test
    void yamlAndJsonAreTheSameDocument() throws Exception {
        HttpResponse<byte[]> yaml = fetch("/v3/api-docs.yaml");

        assertThat(yaml.headers().firstValue("Content-Type")).contains("application/yaml");
        assertThat(JsonMapper.shared().<JsonNode>valueToTree(new Yaml().load(text(yaml))))
                .isEqualTo(api.root().node());
    }

    @Test
    void everyReferenceLeadsSomewhereAndEveryComponentIsReferredTo() {
        Set<String> components = new TreeSet<>();
        api.at(api.root(), "components").node().forEachEntry((kind, parts) -> {
            if (!kind.equals("securitySchemes")) {
                parts.propertyNames().forEach(name -> components.add("#/components/" + kind + "/" + name));
            }
        });

        assertThat(api.references())
                .allSatisfy(reference -> assertThat(api.resolve(reference).isMissingNode())
                        .as(reference)
                        .isFalse());
        assertThat(api.references()).containsAll(components);
    }

    @Test
    void everySchemaIsOne() {
        Part schemas = api.at(api.root(), "components", "schemas");

        assertThat(schemas.node().propertyNames())
                .allSatisfy(name ->
                        assertThat(api.flaws(api.at(schemas, name))).as(name).isEmpty());
    }

    @Test
    void everyExampleOfAnAnswerIsAsItsSchemaWants() {
        List<String> wrong = new ArrayList<>();
        for (String operation : api.operations()) {
            Part responses = api.at(api.operation(operation), "responses");
            for (String status : responses.node().propertyNames()) {
                Part content = api.at(responses, status, "content");
                for (String type : content.node().propertyNames()) {
                    examples(api.at(content, type))
                            .forEach(example -> api.violations(api.at(content, type, "schema"), example)
                                    .forEach(violation -> wrong.add(operation + " " + status + " " + violation)));
                }
            }
        }
        assertThat(wrong).isEmpty();
    }

    @Test
    void everyProblemIsShownUnderItsStatus() {
        for (String operation : api.operations()) {
            Part responses = api.at(api.operation(operation), "responses");
            for (String status : responses.node().propertyNames()) {
                Part examples = api.at(responses, status, "content", "application/problem+json", "examples");
                for (String slug : examples.node().propertyNames()) {
                    JsonNode problem = api.at(examples, slug, "value").node();
                    assertThat(problem.path("type").asString()).isEqualTo("/problems/" + slug);
                    assertThat(problem.path("status").asString()).isEqualTo(status);
                }
            }
        }
    }

    /** What the session refuses, and what needs a token or many connections, is compared in other tests. */
    @Test
    void anExampleOfAProblemIsWhatIsAnswered() throws Exception {
        create("{}");

        assertThat(shown(call("GET", "/pipe/read?max=0"))).isEqualTo("invalid-parameter");
        assertThat(shown(create("{\"topology\": \"ring\"}"))).isEqualTo("invalid-body");
        assertThat(shown(call("GET", "/pipe/read", "", "Origin", "https://elsewhere.example")))
                .isEqualTo("forbidden");
        assertThat(shown(call("GET", "/problems/pipe-dream"))).isEqualTo("not-found");
        assertThat(shown(call("GET", "/pipe/read", "", "Accept", "image/png"))).isEqualTo("not-acceptable");
        assertThat(shown(call("POST", "/pipe", "{}", "Content-Type", "text/plain")))
                .isEqualTo("unsupported-media-type");
        assertThat(shown(call("GET", "/pipe/read?until=" + "x".repeat(17_000)))).isEqualTo("target-too-long");
        assertThat(shown(call("GET", "/pipe", "", "X-Long", "x".repeat(21_000))))
                .isEqualTo("headers-too-large");
    }

    @Test
    void theExampleOfABodyThatIsNoHttpIsWhatIsAnswered() throws Exception {
        create("{}");

        assertThat(shownToABody("chunked")).isEqualTo("bad-request");
        assertThat(shownToABody("gzip")).isEqualTo("not-implemented");
    }

    private String shownToABody(String coding) throws Exception {
        try (var connection = new RawConnection(new Socket("localhost", port))) {
            connection.head("POST /pipe/write", "Transfer-Encoding: " + coding).send("no length\r\n");
            Answer answer = connection.answer();
            ProblemExample.assertShown(answer.json());
            return answer.problem();
        }
    }

    /** @return the type of the problem, which is as the description shows it */
    private static String shown(HttpResponse<byte[]> answer) {
        ProblemExample.assertShown(json(answer));
        return problem(answer);
    }

    @Test
    void answersMayGainMembersAndRequestsMayNot() {
        Part schemas = api.at(api.root(), "components", "schemas");

        for (String name : schemas.node().propertyNames()) {
            boolean closed = schemas.node().path(name).has("additionalProperties");
            assertThat(closed).as(name).isEqualTo(name.equals("SessionRequest"));
        }
    }

    private Stream<JsonNode> examples(Part content) {
        Part named = api.at(content, "examples");
        Stream<JsonNode> values = named.node().propertyNames().stream()
                .map(name -> api.at(named, name, "value").node());
        JsonNode single = content.node().path("example");
        return single.isMissingNode() ? values : Stream.concat(values, Stream.of(single));
    }

    // What there is

    @Test
    void whatIsDescribedIsWhatThereIs() {
        Set<String> mapped = mappings.getHandlerMethods().keySet().stream()
                .flatMap(OpenApiIT::operations)
                .filter(operation -> operation.matches("\\w+ /(pipe|problems)(/.*)?"))
                .collect(Collectors.toSet());

        assertThat(api.operations()).isEqualTo(new TreeSet<>(mapped));
    }

    private static Stream<String> operations(RequestMappingInfo mapping) {
        return mapping.getPatternValues().stream()
                .flatMap(path ->
                        mapping.getMethodsCondition().getMethods().stream().map(method -> method + " " + path));
    }

    @Test
    void everyTypeOfProblemIsDescribedAndNoOthers() {
        Set<String> types = Arrays.stream(ProblemType.values())
                .map(ProblemType::slug)
                .collect(Collectors.toCollection(TreeSet::new));
        Set<String> described = new TreeSet<>();
        api.at(api.root(), "components", "schemas", "ProblemSlug", "enum")
                .node()
                .forEach(slug -> described.add(slug.asString()));
        Set<String> shown = api.references()
                .filter(reference ->
                        api.resolve(reference).path("value").path("type").isString())
                .map(reference -> reference.substring(reference.lastIndexOf('/') + 1))
                .collect(Collectors.toCollection(TreeSet::new));
        shown.add(REFUSAL);

        assertThat(described).isEqualTo(types);
        assertThat(shown).isEqualTo(types);
    }

    @Test
    void everyTypeOfProblemIsExplainedInBothLanguages() throws Exception {
        for (ProblemType type : ProblemType.values()) {
            JsonNode english = json(call("GET", "/problems/" + type.slug()));
            JsonNode chinese = json(call("GET", "/problems/" + type.slug(), "", "Accept-Language", "zh-CN"));

            assertThat(english.path("status").asInt()).isEqualTo(type.status());
            assertThat(chinese.path("title")).isNotEqualTo(english.path("title"));
            assertThat(chinese.path("explanation")).isNotEqualTo(english.path("explanation"));
        }
        assertThat(problem(call("GET", "/problems/pipe-dream"))).isEqualTo("not-found");
    }

    // Parameters and bodies

    @Test
    void everyValueWithinAParametersRangeIsAccepted() throws Exception {
        for (String operation : operationsWithQueries()) {
            for (Part parameter : api.queryParameters(api.operation(operation))) {
                for (String value : within(parameter)) {
                    HttpResponse<byte[]> answer = ask(operation, name(parameter), value);
                    assertThat(answer.statusCode()).as(operation + " " + value).isNotEqualTo(400);
                    closeTheSession();
                }
            }
        }
    }

    @Test
    void everyValueOutsideAParametersRangeIsRefused() throws Exception {
        for (String operation : operationsWithQueries()) {
            for (Part parameter : api.queryParameters(api.operation(operation))) {
                for (String value : outside(parameter)) {
                    HttpResponse<byte[]> answer = ask(operation, name(parameter), value);
                    assertThat(problem(answer)).as(operation + " " + value).isEqualTo("invalid-parameter");
                    assertThat(json(answer).path("parameter").asString()).isEqualTo(name(parameter));
                }
            }
        }
    }

    @Test
    void parametersThatAreUnknownOrGivenTwiceAreRefused() throws Exception {
        for (String operation : operationsWithQueries()) {
            assertThat(problem(ask(operation, "nonsense", "1"))).isEqualTo("invalid-parameter");
            for (Part parameter : api.queryParameters(api.operation(operation))) {
                String pair = name(parameter) + "=" + encoded(within(parameter).get(0)) + "&";
                int most = api.at(parameter, "schema").node().path("maxItems").asInt(1);
                String[] words = operation.split(" ", -1);
                HttpResponse<byte[]> answer = call(words[0], words[1] + "?" + pair.repeat(most + 1));
                assertThat(problem(answer)).isEqualTo("invalid-parameter");
            }
        }
    }

    /** HEAD is left out: it has no body to explain a refusal. */
    private List<String> operationsWithQueries() {
        return api.operations().stream()
                .filter(operation -> operation.matches("(GET|POST|DELETE) /pipe.*"))
                .toList();
    }

    /** Of a single value, if there may be several. */
    private JsonNode schema(Part parameter) {
        Part schema = api.at(parameter, "schema");
        return schema.node().has("items") ? api.at(schema, "items").node() : schema.node();
    }

    private List<String> within(Part parameter) {
        JsonNode schema = schema(parameter);
        Stream<JsonNode> values = Stream.of(
                        Stream.of(schema.path("minimum"), schema.path("maximum")),
                        Stream.of(parameter.node().path("schema").path("default")),
                        schema.path("enum").valueStream(),
                        schema.path("examples").valueStream())
                .flatMap(several -> several);
        return values.filter(value -> !value.isMissingNode())
                .map(JsonNode::asString)
                .toList();
    }

    private List<String> outside(Part parameter) {
        JsonNode schema = schema(parameter);
        List<String> values = new ArrayList<>(List.of(""));
        if (schema.path("type").asString().equals("integer")) {
            values.add(Long.toString(schema.path("minimum").asLong() - 1));
            values.add(Long.toString(schema.path("maximum").asLong() + 1));
            values.addAll(List.of("0x10", "1.5", "1e3", "+1", " 1", "99999999999999999999"));
        } else if (schema.path("type").asString().equals("boolean") || schema.has("enum")) {
            values.addAll(List.of("maybe", "TRUE", "LF", "1"));
        } else if (schema.path("pattern").asString().endsWith("(ms|s|m)$")) {
            values.addAll(List.of("1", "1h", "-1s", "1.5s", "61s", "2m", "9999999999s"));
        } else {
            values.add("x".repeat(schema.path("maxLength").asInt() + 1));
        }
        return values;
    }

    private static String name(Part parameter) {
        return parameter.node().path("name").asString();
    }

    @Test
    void bodiesThatAreNotAsDescribedAreRefused() throws Exception {
        for (String body : List.of(
                "{",
                "[]",
                "{} {}",
                "{\"command\": \"rm\"}",
                "{\"child\": 1}",
                "{\"child\": \"agent\", \"child\": \"bingo\"}",
                "{\"topology\": \"ring\"}",
                "{\"bufferSize\": -1}",
                "{\"bufferSize\": 1048577}",
                "{\"bufferSize\": 1.5}",
                "[".repeat(30000))) {
            assertThat(problem(create(body))).as(body).isEqualTo("invalid-body");
        }
        assertThat(problem(create("{\"child\": \"nobody\"}"))).isEqualTo("unknown-child");
        assertThat(problem(create("{\"child\": \"silent\", \"topology\": \"shared\"}")))
                .isEqualTo("unsupported-topology");
        assertThat(problem(create("\"" + "x".repeat(70000) + "\""))).isEqualTo("request-too-large");
        assertThat(problem(call("POST", "/pipe", "{}", "Content-Type", "text/plain")))
                .isEqualTo("unsupported-media-type");
    }

    @Test
    void everyExampleOfASessionRequestCreatesOne() throws Exception {
        Part examples = api.at(api.operation("POST /pipe"), "requestBody", "content", "application/json", "examples");

        for (String name : examples.node().propertyNames()) {
            String body = api.at(examples, name, "value").node().toString();
            assertThat(call("POST", "/pipe?replace=true", body, "Content-Type", "application/json")
                            .statusCode())
                    .isEqualTo(201);
        }
    }

    @Test
    void aMethodThatIsNotDescribedIsRefusedWithThoseThatAre() throws Exception {
        for (String path : List.of(
                "/pipe",
                "/pipe/children",
                "/pipe/signal",
                "/pipe/write",
                "/pipe/read",
                "/pipe/exchange",
                "/pipe/stream",
                "/pipe/events")) {
            assertThat(problem(call("PUT", path))).isEqualTo(REFUSAL);
        }
    }

    @Test
    void aTypeThatNoAnswerHasIsRefused() throws Exception {
        List<String> operations = new ArrayList<>(operationsWithQueries());
        operations.remove("GET /pipe/socket"); // It answers with none.
        for (String operation : operations) {
            String[] words = operation.split(" ", -1);
            HttpResponse<byte[]> answer = call(words[0], words[1], "", "Accept", "image/png");
            assertThat(problem(answer)).as(operation).isEqualTo("not-acceptable");
        }
    }

    // Conversations

    @Test
    void withoutASessionThereIsNone() throws Exception {
        for (String operation : List.of(
                "GET /pipe",
                "DELETE /pipe",
                "POST /pipe/signal?name=interrupt",
                "POST /pipe/write",
                "GET /pipe/read",
                "POST /pipe/exchange",
                "GET /pipe/stream",
                "GET /pipe/events",
                "GET /pipe/errors")) {
            String[] words = operation.split(" ", -1);
            assertThat(problem(call(words[0], words[1]))).isEqualTo("no-session");
        }
        for (String path : List.of("/pipe/read", "/pipe/stream", "/pipe/events")) {
            assertThat(call("HEAD", path).statusCode()).isEqualTo(404);
        }
        assertThat(json(call("GET", "/pipe/children"))).hasSize(6);
    }

    @Test
    void anotherSessionThanTheOneThatIsMeantIsLeftAlone() throws Exception {
        String first = json(create("{}")).path("id").asString();
        send("POST", "/pipe/write?session=" + first, "last words".getBytes(UTF_8));
        await().untilAsserted(() -> assertThat(
                        json(call("GET", "/pipe")).path("output").path("end").asInt())
                .isEqualTo(10));
        JsonNode second = json(call("POST", "/pipe?replace=true&session=" + first));

        for (String operation : List.of(
                "POST /pipe",
                "DELETE /pipe",
                "POST /pipe/signal?name=kill",
                "POST /pipe/write",
                "POST /pipe/exchange")) {
            String[] words = operation.split(" ", -1);
            String and = words[1].contains("?") ? "&" : "?";
            HttpResponse<byte[]> changed = call(words[0], words[1] + and + "session=" + first);
            assertThat(problem(changed)).as(operation).isEqualTo("session-changed");
            assertThat(json(changed).path("session")).isEqualTo(second.path("id"));
        }
        assertThat(problem(call("GET", "/pipe?session=somebody"))).isEqualTo("session-changed");
        assertThat(json(call("GET", "/pipe?session=" + first)).path("state").asString())
                .isEqualTo("closed");
        assertThat(text(call("GET", "/pipe/errors?session=" + first))).contains("last words");
        assertThat(text(call("GET", "/pipe/events?session=" + first))).contains("last words", "event: exit");
        assertThat(call("HEAD", "/pipe/read?session=" + first).statusCode()).isEqualTo(200);
        assertThat(call("HEAD", "/pipe/stream?session=somebody").statusCode()).isEqualTo(409);
        assertThat(text(call("GET", "/pipe/read?max=5&session=" + first))).isEqualTo("last ");
        assertThat(text(call("GET", "/pipe/stream?session=" + first))).isEqualTo("words");
        assertThat(problem(call("GET", "/pipe/read?session=" + first))).isEqualTo("end-of-output");
    }

    @Test
    void anExchangeIsRepeatedByItsOffset() throws Exception {
        create("{}");
        assertThat(text(call("POST", "/pipe/exchange?offset=0", "one"))).isEqualTo("one\n");

        assertThat(text(call("POST", "/pipe/exchange?offset=0", "one"))).isEqualTo("one\n");
        assertThat(problem(call("POST", "/pipe/exchange?offset=0", "two"))).isEqualTo("offset-taken");
        assertThat(problem(call("POST", "/pipe/exchange?offset=1", "ne"))).isEqualTo("offset-gone");
    }

    @Test
    void aWindowThatIsFullLeavesNoRoomForAReply() throws Exception {
        create("{\"child\": \"talkative\"}");
        await().untilAsserted(() -> assertThat(
                        json(call("GET", "/pipe")).path("output").path("end").asInt())
                .isEqualTo(1048576));

        assertThat(problem(call("POST", "/pipe/exchange", "anybody there?"))).isEqualTo("window-full");
    }

    @Test
    void aChildIsSentSignalsUntilItHasExited() throws Exception {
        create("{\"child\": \"silent\"}");

        assertThat(problem(call("POST", "/pipe/signal"))).isEqualTo("invalid-parameter");
        JsonNode sent = json(call("POST", "/pipe/signal?name=kill"));
        assertThat(sent.path("signal").asString()).isEqualTo("kill");
        await().untilAsserted(() ->
                assertThat(problem(call("POST", "/pipe/signal?name=kill"))).isEqualTo("child-exited"));
    }

    @Test
    void theBingoConversation() throws Exception {
        assertThat(create("{\"child\": \"bingo\"}").statusCode()).isEqualTo(201);
        assertThat(problem(create("{\"child\": \"bingo\"}"))).isEqualTo("session-exists");

        HttpResponse<byte[]> written = call("POST", "/pipe/write?append=nul", "Bingo hen shuai");
        assertThat(json(written).path("next").asInt()).isEqualTo(16);
        assertThat(text(call("GET", "/pipe/read"))).isEqualTo("Bingo Bingo");
        assertThat(call("HEAD", "/pipe/read").headers().firstValueAsLong("Pipe-Offset"))
                .hasValue(11);
        assertThat(text(call("POST", "/pipe/exchange?append=nul&until=Bingo", "Bingo?")))
                .isEqualTo("Bingo");
        await().untilAsserted(
                        () -> assertThat(text(call("GET", "/pipe/errors"))).contains("Bingo hen shuai"));
        assertThat(call("GET", "/pipe").statusCode()).isEqualTo(200);
        assertThat(json(call("DELETE", "/pipe")).path("stoppedBy").asString()).isEqualTo("end-of-input");
    }

    @Test
    void outputComesInEachOfItsForms() throws Exception {
        create("{}");
        byte[] noText = {(byte) 0xff, 0, (byte) 0xfe};
        send("POST", "/pipe/write", noText);

        byte[] bytes = call("GET", "/pipe/read?offset=0", "", "Accept", "application/octet-stream")
                .body();
        assertThat(bytes).isEqualTo(noText);
        JsonNode base64 = json(call("GET", "/pipe/read?offset=0", "", "Accept", "application/json"));
        assertThat(Base64.getDecoder().decode(base64.path("data").asString())).isEqualTo(noText);
        HttpResponse<byte[]> matched =
                call("POST", "/pipe/exchange?until=%C3%A9&until=crlf", "\u00e9", "Accept", "application/json");
        assertThat(json(matched).path("encoding").asString()).isEqualTo("base64");
        assertThat(json(matched).path("matched").asString()).isEqualTo("\u00e9");
        assertThat(matched.headers().firstValue("Pipe-Matched")).contains("%C3%A9");
    }

    @Test
    void theOutputCanBeObservedAndStreamedToItsEnd() throws Exception {
        create("{}");
        send("POST", "/pipe/write?eof=true", "bye".getBytes(UTF_8));

        assertThat(text(call("GET", "/pipe/events"))).contains(":o3\nevent: output\n", "\nevent: exit\n");
        String exit = json(call("GET", "/pipe")).path("id").asString() + ":exit";
        assertThat(call("GET", "/pipe/events", "", "Last-Event-ID", exit).statusCode())
                .isEqualTo(204);
        String foreign = "2f1c6ab8-5d0e-4c57-9e0a-6b6f6f2a9d10:o7";
        assertThat(text(call("GET", "/pipe/events", "", "Last-Event-ID", foreign)))
                .contains(":o0\nevent: gap\n", ":o3\nevent: output\n");
        assertThat(problem(call("GET", "/pipe/events?offset=4"))).isEqualTo("offset-gap");
        assertThat(call("HEAD", "/pipe/events").statusCode()).isEqualTo(200);
        assertThat(call("HEAD", "/pipe/stream").statusCode()).isEqualTo(200);
        assertThat(text(call("GET", "/pipe/stream"))).isEqualTo("bye");
        assertThat(problem(call("GET", "/pipe/stream"))).isEqualTo("end-of-output");
    }

    @Test
    void observersAreBounded() throws Exception {
        create("{\"child\": \"silent\"}");
        InputStream observed = client.send(request("GET", "/pipe/events", new byte[0]), BodyHandlers.ofInputStream())
                .body();

        assertThat(problem(call("GET", "/pipe/events"))).isEqualTo("too-many-waiting");

        call("DELETE", "/pipe?grace=0s");
        assertThat(new String(observed.readAllBytes(), UTF_8)).contains("event: exit");
    }

    @Test
    void nothingComesFromASilentChild() throws Exception {
        create("{\"child\": \"silent\"}");

        assertThat(call("GET", "/pipe/read?timeout=0s").statusCode()).isEqualTo(204);
        assertThat(call("GET", "/pipe/errors").statusCode()).isEqualTo(204);
        HttpResponse<byte[]> late = call("POST", "/pipe/exchange?timeout=1ms", "anybody there?");
        assertThat(problem(late)).isEqualTo("reply-timeout");
        assertThat(json(late).path("next").asInt()).isEqualTo(15);
    }

    @Test
    void anInputThatIsClosedTakesNothing() throws Exception {
        create("{\"child\": \"silent\"}");

        assertThat(call("POST", "/pipe/write?eof=true", "bye").statusCode()).isEqualTo(200);
        assertThat(problem(call("POST", "/pipe/write", "more"))).isEqualTo("input-closed");
        assertThat(problem(call("POST", "/pipe/exchange", "more"))).isEqualTo("input-closed");
        call("DELETE", "/pipe?grace=0s");
    }

    @Test
    void anOutputThatHasEndedGivesNoMore() throws Exception {
        create("{}");

        assertThat(call("POST", "/pipe/write?eof=true", "bye").statusCode()).isEqualTo(200);
        assertThat(text(call("GET", "/pipe/read"))).isEqualTo("bye");
        assertThat(problem(call("GET", "/pipe/read"))).isEqualTo("end-of-output");
    }

    @Test
    void aChildThatHasExitedSaysSo() throws Exception {
        create("{\"child\": \"exits\"}");
        await().untilAsserted(() ->
                assertThat(json(call("GET", "/pipe")).path("state").asString()).isEqualTo("exited"));

        assertThat(problem(call("POST", "/pipe/write", "hello"))).isEqualTo("child-exited");
        assertThat(problem(call("POST", "/pipe/exchange", "hello"))).isEqualTo("child-exited");
        HttpResponse<byte[]> ended = call("GET", "/pipe/read");
        assertThat(problem(ended)).isEqualTo("end-of-output");
        assertThat(json(ended).path("exitCode").asInt()).isEqualTo(3);
        assertThat(json(call("DELETE", "/pipe")).path("stoppedBy").isNull()).isTrue();
    }

    @Test
    void offsetsMayLeaveNoGap() throws Exception {
        create("{}");

        assertThat(problem(call("POST", "/pipe/write?offset=9", "x"))).isEqualTo("offset-gap");
        assertThat(problem(call("POST", "/pipe/exchange?offset=9", "x"))).isEqualTo("offset-gap");
        assertThat(problem(call("GET", "/pipe/read?offset=9"))).isEqualTo("offset-gap");
        assertThat(problem(call("GET", "/pipe/errors?offset=9999"))).isEqualTo("offset-gap");
    }

    @Test
    void whatTheWindowHasForgottenIsGone() throws Exception {
        create("{\"child\": \"talkative\"}");
        await().untilAsserted(() -> assertThat(
                        call("GET", "/pipe/read?max=1048576&timeout=0s").statusCode())
                .isEqualTo(410));

        HttpResponse<byte[]> gone = call("GET", "/pipe/read?offset=0");
        assertThat(problem(gone)).isEqualTo("offset-gone");
        assertThat(json(gone).path("oldest").asInt()).isEqualTo(2000000 - 1048576);
    }

    @Test
    void aPipeThatIsFullTakesAPart() throws Exception {
        create("{\"child\": \"silent\"}");
        HttpResponse<byte[]> tooLarge = send("POST", "/pipe/write", new byte[MAX_REQUEST + 1]);
        assertThat(problem(tooLarge)).isEqualTo("request-too-large");
        assertThat(json(tooLarge).path("limit").asInt()).isEqualTo(MAX_REQUEST);

        send("POST", "/pipe/write?timeout=100ms", new byte[MAX_REQUEST]);
        HttpResponse<byte[]> full = send("POST", "/pipe/write?timeout=100ms", new byte[MAX_REQUEST]);
        assertThat(problem(full)).isEqualTo("pipe-full");
        assertThat(json(full).path("written").asInt()).isBetween(0, MAX_REQUEST - 1);
        assertThat(problem(call("POST", "/pipe/exchange?timeout=0s", "more"))).isEqualTo("pipe-full");
    }

    @Test
    void aRequestWithoutItsTurnIsSentAway() throws Exception {
        create("{\"child\": \"silent\"}");
        send("POST", "/pipe/write", new byte[64 * 1024]);
        CompletableFuture<HttpResponse<byte[]>> writer = later("POST", "/pipe/write", new byte[MAX_REQUEST]);
        await().untilAsserted(() -> assertThat(problem(call("POST", "/pipe/write?timeout=0s", "me too")))
                .isEqualTo("pipe-busy"));
        assertThat(problem(call("POST", "/pipe/exchange?timeout=0s", "me too"))).isEqualTo("pipe-busy");

        call("DELETE", "/pipe?grace=0s");
        assertThat(problem(conforming("POST /pipe/write", writer.join()))).isIn("session-closed", "child-exited");
    }

    @Test
    void readersWaitAsLongAsThereIsRoomAndASession() throws Exception {
        create("{\"child\": \"silent\"}");
        List<CompletableFuture<HttpResponse<byte[]>>> readers = List.of(
                later("GET", "/pipe/read?timeout=30s", new byte[0]),
                later("GET", "/pipe/read?timeout=30s", new byte[0]));
        await().untilAsserted(() ->
                assertThat(call("GET", "/pipe/read?timeout=0s").statusCode()).isEqualTo(503));
        assertThat(shown(call("GET", "/pipe/read"))).isEqualTo("too-many-waiting");
        assertThat(problem(call("POST", "/pipe/exchange", "me too"))).isEqualTo("too-many-waiting");

        call("DELETE", "/pipe?grace=0s");
        for (CompletableFuture<HttpResponse<byte[]>> reader : readers) {
            assertThat(problem(conforming("GET /pipe/read", reader.join()))).isIn("session-closed", "end-of-output");
        }
    }

    @Test
    void aProgramThatIsMissingIsAFailureOfTheSystem() throws Exception {
        HttpResponse<byte[]> failed = create("{\"child\": \"missing\"}");

        assertThat(problem(failed)).isEqualTo("child-launch-failed");
        assertThat(json(failed).path("osError").path("code").asInt()).isEqualTo(2);
    }

    @Test
    void problemsHaveChineseTitles() throws Exception {
        HttpResponse<byte[]> answer = call("GET", "/pipe", "", "Accept-Language", "zh");

        assertThat(answer.headers().firstValue("Content-Language")).contains("zh");
        assertThat(json(answer).path("title").asString()).isEqualTo("\u6ca1\u6709\u4f1a\u8bdd");
    }

    // Calls

    private HttpResponse<byte[]> create(String body) throws Exception {
        return call("POST", "/pipe", body, "Content-Type", "application/json");
    }

    /** Together with those parameters that are required. */
    private HttpResponse<byte[]> ask(String operation, String parameter, String value) throws Exception {
        String[] words = operation.split(" ", -1);
        var query = new StringBuilder("?" + parameter + "=" + encoded(value));
        for (Part other : api.queryParameters(api.operation(operation))) {
            if (other.node().path("required").asBoolean(false) && !name(other).equals(parameter)) {
                query.append("&" + name(other) + "=" + encoded(within(other).get(0)));
            }
        }
        return call(words[0], words[1] + query);
    }

    private HttpResponse<byte[]> call(String method, String target) throws Exception {
        return send(method, target, new byte[0]);
    }

    private HttpResponse<byte[]> call(String method, String target, String body, String... headers) throws Exception {
        return send(method, target, body.getBytes(UTF_8), headers);
    }

    private HttpResponse<byte[]> send(String method, String target, byte[] body, String... headers) throws Exception {
        HttpResponse<byte[]> answer = answer(request(method, target, body, headers));
        String path = target.split("\\?", -1)[0].replaceFirst("/problems/.+", "/problems/{slug}");
        return conforming(method + " " + path, answer);
    }

    private HttpResponse<byte[]> answer(HttpRequest request) throws Exception {
        try {
            return client.send(request, BodyHandlers.ofByteArray());
        } catch (IOException e) {
            // The JDK's client overlooks "Connection: close" behind the "Connection: Upgrade" of 426, and goes on.
            return client.send(request, BodyHandlers.ofByteArray());
        }
    }

    private HttpResponse<byte[]> conforming(String operation, HttpResponse<byte[]> answer) {
        assertThat(Conformity.differences(api, operation, answer))
                .as("%s: %s", operation, answer)
                .isEmpty();
        return answer;
    }

    private CompletableFuture<HttpResponse<byte[]>> later(String method, String target, byte[] body) {
        return client.sendAsync(request(method, target, body), BodyHandlers.ofByteArray());
    }

    private HttpResponse<byte[]> fetch(String target) throws Exception {
        return client.send(request("GET", target, new byte[0]), BodyHandlers.ofByteArray());
    }

    private HttpRequest request(String method, String target, byte[] body, String... headers) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://localhost:" + port + target))
                .timeout(Duration.ofMinutes(1))
                .method(method, body.length == 0 ? BodyPublishers.noBody() : BodyPublishers.ofByteArray(body));
        return headers.length == 0 ? request.build() : request.headers(headers).build();
    }

    private static String encoded(String value) {
        return URLEncoder.encode(value, UTF_8);
    }

    private static String text(HttpResponse<byte[]> answer) {
        return new String(answer.body(), UTF_8);
    }

    private static JsonNode json(HttpResponse<byte[]> answer) {
        return JsonMapper.shared().readTree(answer.body());
    }

    /** The type of the problem in the answer. */
    private static String problem(HttpResponse<byte[]> answer) {
        return json(answer).path("type").asString().replace("/problems/", "");
    }
}
