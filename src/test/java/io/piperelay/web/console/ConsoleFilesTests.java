package io.piperelay.web.console;

import static org.assertj.core.api.Assertions.assertThat;

import io.piperelay.platform.ProcessState;
import io.piperelay.platform.Topology;
import io.piperelay.session.Diagnosis;
import io.piperelay.session.SessionStatus;
import io.piperelay.session.StandardStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.core.io.ClassPathResource;

/** What the page's files name is there, in every language, and nothing in them needs a policy that is less strict. */
class ConsoleFilesTests {

    private static final String PAGE = "index.html";

    /** The name of a namespace is no address. */
    private static final String SVG = "http://www.w3.org/2000/svg";

    private static final Pattern COMMENT =
            Pattern.compile("/\\*.*?\\*/|^\\s*//[^\\n]*", Pattern.DOTALL | Pattern.MULTILINE);
    private static final Pattern IMPORT = Pattern.compile("from \"\\./([^\"]+)\"");
    private static final Pattern LINK = Pattern.compile("(?:src|href)=\"console/([^\"]+)\"");
    private static final Pattern TEXT = Pattern.compile("^  \"?([\\w.-]+)\"?: \"(.*)\",$", Pattern.MULTILINE);
    private static final Pattern MARKED = Pattern.compile("data-(?:text|label|placeholder)=\"([^\"]+)\"");
    private static final Pattern QUOTED = Pattern.compile("[\"`]([\\w.-]+(?:\\$\\{[^}]*}?[^`]*)?)[\"`]");

    static List<String> files() throws IOException {
        List<String> reached = new ArrayList<>(List.of(PAGE));
        for (int next = 0; next < reached.size(); next++) {
            String file = reached.get(next);
            found(file.equals(PAGE) ? LINK : IMPORT, read(file))
                    .map(match -> match.group(1))
                    .filter(name -> !reached.contains(name))
                    .forEach(reached::add);
        }
        return reached;
    }

    private static String read(String file) {
        try {
            return new ClassPathResource(file, ConsoleFilesTests.class).getContentAsString(StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new AssertionError("The page names a file that is not there: " + file, e);
        }
    }

    private static Stream<MatchResult> found(Pattern pattern, String text) {
        return pattern.matcher(text).results();
    }

    @Test
    void everyFileIsReachedFromThePage() throws IOException {
        assertThat(files()).contains("main.js", "console.css", "icon.svg", "texts-en.js", "texts-zh.js");
        assertThat(files()).hasSizeGreaterThan(15);
    }

    @ParameterizedTest
    @MethodSource("files")
    void nothingIsLoadedFromAnotherHost(String file) {
        String code = COMMENT.matcher(read(file)).replaceAll("").replace(SVG, "");

        assertThat(code).doesNotContain("http://", "https://", "\"//", "'//", "url(", "@import");
    }

    /** They would need more than script-src 'self' and style-src 'self', or make markup of what a child says. */
    @ParameterizedTest
    @MethodSource("files")
    void nothingIsInlineAndNoTextBecomesMarkup(String file) {
        String code = COMMENT.matcher(read(file)).replaceAll("");

        assertThat(code)
                .doesNotContainPattern("<script(?![^>]*\\ssrc=)")
                .doesNotContainPattern("<style|\\sstyle=|\\son[a-z]+=\"|javascript:")
                .doesNotContainPattern("(?:inner|outer)HTML|insertAdjacentHTML|document\\.write|DOMParser")
                .doesNotContainPattern("\\beval\\(|new Function|setTimeout\\(\\s*[\"'`]|\"style\"");
    }

    @ParameterizedTest
    @MethodSource("files")
    void allLinksOfThePageAreRelative(String file) {
        assertThat(read(file)).doesNotContainPattern("(?:src|href|action)=\"/");
    }

    @Test
    void everyTextIsThereInBothLanguagesWithTheSamePlaces() {
        Map<String, String> english = texts("texts-en.js");
        Map<String, String> chinese = texts("texts-zh.js");

        assertThat(chinese.keySet()).isEqualTo(english.keySet());
        assertThat(english.values()).noneMatch(String::isBlank);
        assertThat(chinese.values()).noneMatch(String::isBlank);
        chinese.forEach(
                (key, text) -> assertThat(places(text)).as(key).isEqualTo(places(english.getOrDefault(key, ""))));
    }

    private static Map<String, String> texts(String file) {
        Map<String, String> texts = new TreeMap<>();
        found(TEXT, read(file))
                .forEach(match -> assertThat(texts.put(match.group(1), match.group(2)))
                        .as("%s in %s is there once", match.group(1), file)
                        .isNull());
        assertThat(texts)
                .hasSameSizeAs(
                        read(file).lines().filter(line -> line.startsWith("  ")).toList());
        return texts;
    }

    private static Set<String> places(String text) {
        return found(Pattern.compile("\\{\\w+}"), text)
                .map(MatchResult::group)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    @Test
    void everyTextOfThePageIsKnownAndTheOneThatItBeginsWith() {
        Map<String, String> english = texts("texts-en.js");
        String page = read(PAGE);

        assertThat(english.keySet())
                .containsAll(found(MARKED, page).map(match -> match.group(1)).toList());
        Pattern element = Pattern.compile("data-text=\"([^\"]+)\"[^>]*>([^<]*)<");
        assertThat(found(element, page))
                .hasSizeGreaterThan(30)
                .allSatisfy(match -> assertThat(match.group(2).replaceAll("\\s+", " "))
                        .as(match.group(1))
                        .isEqualTo(english.get(match.group(1))));
    }

    /** A key that is put together is known by its beginning. */
    @Test
    void everyTextIsUsed() throws IOException {
        Set<String> used = new TreeSet<>();
        Set<String> beginnings = new TreeSet<>();
        found(MARKED, read(PAGE)).forEach(match -> used.add(match.group(1)));
        for (String file : files()) {
            if (file.endsWith(".js") && !file.startsWith("texts-")) {
                found(QUOTED, read(file)).map(match -> match.group(1)).forEach(key -> {
                    int end = key.indexOf("${");
                    (end < 0 ? used : beginnings).add(end < 0 ? key : key.substring(0, end));
                });
            }
        }
        assertThat(texts("texts-en.js").keySet())
                .allMatch(key -> used.contains(key)
                        || beginnings.stream().anyMatch(start -> !start.isEmpty() && key.startsWith(start)));
    }

    @Test
    void whatTheServiceSaysOfAChildHasWords() {
        Stream<String> keys = Stream.of(
                        named("diagnosis.", Diagnosis.values()),
                        named("process.", ProcessState.values()),
                        named("state.", SessionStatus.State.values()),
                        named("by.", SessionStatus.StoppedBy.values()),
                        named("pipe.label.", Topology.values()),
                        named("stream.", StandardStream.values()))
                .flatMap(Function.identity());

        assertThat(texts("texts-en.js").keySet()).containsAll(keys.toList());
    }

    private static Stream<String> named(String beginning, Enum<?>[] values) {
        return Stream.of(values).map(value -> beginning + value);
    }

    @Test
    void everyTextThatIsAskedForIsKnown() throws IOException {
        Set<String> known = texts("texts-en.js").keySet();
        for (String file : files()) {
            assertThat(found(Pattern.compile("\\btext\\(\"([\\w.-]+)\""), read(file))
                            .map(match -> match.group(1)))
                    .as(file)
                    .allMatch(known::contains);
        }
    }
}
