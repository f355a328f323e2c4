package io.piperelay.settings;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.springframework.boot.convert.DurationStyle;
import org.springframework.core.io.Resource;
import org.springframework.core.io.support.PathMatchingResourcePatternResolver;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * README's table of settings agrees with the records that hold the settings, for which the compiler generates a description
 * for editors.
 */
class SettingsTableTests {

    private static final String CHILDREN = "pipe.children";
    private static final String CHILD = CHILDREN + ".<name>.";

    /** The cells of a row: the setting, its default and its description. */
    private static final Pattern ROW = Pattern.compile("\\| `(pipe\\..*?)` \\| (.*?) *\\| (.*) \\|");

    private static final Pattern DEFAULT_IN_DESCRIPTION = Pattern.compile("(.*); by default (.*)");

    private final Map<String, JsonNode> described = described();
    private final Map<String, String> defaults = table(2);
    private final Map<String, String> descriptions = table(3);

    @Test
    void theTableHasEverySettingAndNoOther() {
        Stream<String> ofChildren = ChildSetting.texts().stream().map(CHILD::concat);

        assertThat(defaults.keySet())
                .containsExactlyInAnyOrderElementsOf(
                        Stream.concat(described.keySet().stream(), ofChildren).toList());
    }

    /** A setting without a fixed default says at the end of its description what it depends on. */
    @Test
    void theTableHasTheirDefaults() {
        assertThat(described).isNotEmpty().allSatisfy((name, setting) -> {
            Matcher depends = DEFAULT_IN_DESCRIPTION.matcher(description(setting));
            String expected = depends.matches()
                    ? depends.group(2)
                    : setting.path("defaultValue").asString();

            assertThat(defaults).containsEntry(name, expected);
        });
    }

    @Test
    void theTableSaysWhatTheySay() {
        assertThat(described).allSatisfy((name, setting) -> {
            Matcher depends = DEFAULT_IN_DESCRIPTION.matcher(description(setting));

            assertThat(descriptions).containsEntry(name, depends.matches() ? depends.group(1) : description(setting));
        });
    }

    @Test
    void theTableHasTheChildrensOwnDefault() {
        assertThat(defaults)
                .extractingByKey(CHILD + ChildSetting.STOP_GRACE.text())
                .extracting(DurationStyle.SIMPLE::parse)
                .isEqualTo(ChildSettings.DEFAULT_GRACE);
    }

    @Test
    void everySettingIsDescribed() {
        assertThat(described)
                .allSatisfy((name, setting) ->
                        assertThat(description(setting)).as(name).hasSizeGreaterThan(10));
    }

    private static String description(JsonNode setting) {
        return setting.path("description").asString("");
    }

    /** Spring Boot's own modules have such descriptions, too. */
    private static Map<String, JsonNode> described() {
        Map<String, JsonNode> described = new TreeMap<>();
        try {
            for (Resource file : new PathMatchingResourcePatternResolver()
                    .getResources("classpath*:META-INF/spring-configuration-metadata.json")) {
                for (JsonNode setting :
                        new JsonMapper().readTree(file.getContentAsByteArray()).path("properties")) {
                    described.put(setting.path("name").asString(), setting);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        described.keySet().removeIf(name -> !name.startsWith("pipe.") || name.equals(CHILDREN));
        return described;
    }

    /** A column of the table, by the settings' names. */
    private static Map<String, String> table(int column) {
        try (Stream<String> lines = Files.lines(Path.of("README.md"))) {
            return lines.map(ROW::matcher)
                    .filter(Matcher::matches)
                    .collect(Collectors.toMap(
                            row -> row.group(1), row -> row.group(column).replace("`", "")));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
