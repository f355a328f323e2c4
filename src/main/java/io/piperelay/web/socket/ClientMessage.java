package io.piperelay.web.socket;

import io.piperelay.web.problem.ProblemException;
import io.piperelay.web.problem.ProblemType;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A message of the subprotocol {@code json.pipe-relay} from the client, read strictly.
 *
 * @param type {@code input}, or {@code received} for the output before the offset
 * @param data of an input
 * @param isText whether the data is text rather than bytes
 * @param eof whether the child's input ends with the data
 */
record ClientMessage(
        Type type, byte[] data, boolean isText, @Nullable Long offset, boolean eof) {

    enum Type {
        INPUT(Set.of("type", "data", "base64", "offset", "eof")),
        RECEIVED(Set.of("type", "offset"));

        @SuppressWarnings("ImmutableEnumChecker") // It is immutable, but not declared so.
        private final Set<String> members;

        Type(Set<String> members) {
            this.members = members;
        }
    }

    /** How long a message may be was decided while it arrived. */
    private static final StreamReadConstraints OF_ANY_LENGTH =
            StreamReadConstraints.builder().maxStringLength(Integer.MAX_VALUE).build();

    private static final JsonMapper JSON = JsonMapper.builder(
                    JsonFactory.builder().streamReadConstraints(OF_ANY_LENGTH).build())
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build();

    /** @throws ProblemException {@code INVALID_BODY} if it is none; then the connection goes on */
    static ClientMessage of(byte[] json, int length) {
        JsonNode document = document(json, length);
        Type type = type(document.path("type"));
        if (!document.isObject() || !type.members.containsAll(document.propertyNames())) {
            throw invalid("Such a message must have no members but "
                    + String.join(", ", type.members.stream().sorted().toList()) + ".");
        }
        Long offset = offset(document.path("offset"));
        if (type == Type.RECEIVED) {
            if (offset == null) {
                throw invalid("'offset' must say up to where the output has been received.");
            }
            return new ClientMessage(type, new byte[0], false, offset, false);
        }
        JsonNode text = document.path("data");
        JsonNode base64 = document.path("base64");
        boolean eof = flag(document.path("eof"));
        if (text.isMissingNode() == base64.isMissingNode() && !(eof && text.isMissingNode())) {
            throw invalid("An input must have 'data', which is text, or 'base64', and not both.");
        }
        return new ClientMessage(type, data(text, base64), text.isString(), offset, eof);
    }

    private static JsonNode document(byte[] json, int length) {
        try {
            return JSON.readTree(json, 0, length);
        } catch (JacksonException e) {
            throw invalid("The message is not valid JSON.");
        }
    }

    private static Type type(JsonNode type) {
        return switch (type.isString() ? type.stringValue() : "") {
            case "input" -> Type.INPUT;
            case "received" -> Type.RECEIVED;
            default -> throw invalid("'type' must be input or received.");
        };
    }

    private static @Nullable Long offset(JsonNode offset) {
        if (offset.isMissingNode()) {
            return null;
        }
        if (!offset.isIntegralNumber() || !offset.canConvertToLong() || offset.longValue() < 0) {
            throw invalid("'offset' must be a whole number, at least 0.");
        }
        return offset.longValue();
    }

    private static boolean flag(JsonNode flag) {
        if (!flag.isMissingNode() && !flag.isBoolean()) {
            throw invalid("'eof' must be true or false.");
        }
        return flag.isBoolean() && flag.booleanValue();
    }

    private static byte[] data(JsonNode text, JsonNode base64) {
        if (text.isString()) {
            return inUtf8(text.stringValue());
        }
        try {
            if (base64.isString()) {
                return Objects.requireNonNull(base64.binaryValue());
            }
        } catch (JacksonException e) {
            throw invalid("'base64' must be base64.");
        }
        if (!text.isMissingNode() || !base64.isMissingNode()) {
            throw invalid("'data' and 'base64' must be strings.");
        }
        return new byte[0];
    }

    /** JSON can carry half of a surrogate pair, for which UTF-8 has no bytes: Java would write a question mark instead. */
    private static byte[] inUtf8(String text) {
        if (text.codePoints().anyMatch(code -> Character.getType(code) == Character.SURROGATE)) {
            throw invalid("'data' must be text, without a half of a surrogate pair: send that with its other half.");
        }
        return text.getBytes(StandardCharsets.UTF_8);
    }

    static ProblemException invalid(String expectation) {
        return new ProblemException(ProblemType.INVALID_BODY, expectation);
    }
}
