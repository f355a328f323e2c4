package io.piperelay.bench;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the command line asks for.
 *
 * @param scenarios their names; none: all
 * @param relays the service's jars by label, the one to be compared with others last
 * @param javas homes of the JDKs to measure starting on, by label
 * @param only parts of the names of the contenders to run; none: all
 * @param rounds how often everything is measured
 * @param seconds how long each contender is loaded in a round
 * @param quick whether to warm up little, and transfer less
 */
record Options(
        List<String> scenarios,
        Map<String, Path> relays,
        Map<String, Path> javas,
        List<String> only,
        int rounds,
        double seconds,
        boolean quick,
        Cores cores,
        @Nullable Path check) {

    static final String USAGE = """
            Benchmarks [SCENARIO...] [OPTION...]

            SCENARIO                 exchange, stream, inprocess, start or waiting; all of them if none is named
            --relay [LABEL=]JAR      the service; may be repeated, and the last one is compared with the others
            --java LABEL=HOME        a JDK to start on (scenario start); may be repeated; default: the one that runs this
            --only NAME[,NAME...]    only contenders whose names contain one of these
            --rounds N               how often everything is measured, interleaved (5)
            --seconds S              how long each contender is loaded in a round (3)
            --quick                  3 rounds of 1 s, less warming up, 256 MiB rather than 1 GiB, 200 waiting rather than 1500
            --server-cores LIST      processors of the contenders and their children, as taskset takes them
            --load-cores LIST        processors of the load
            --check FILE             fails if a ratio falls below 0.9 of that in the table in FILE
            """;

    static Options parse(String... arguments) {
        var parser = new Parser(List.of(arguments));
        var options = parser.parse();
        if (options.relays.isEmpty()) {
            throw new IllegalArgumentException("--relay is missing");
        }
        return options;
    }

    boolean wants(String contender) {
        return only.isEmpty()
                || only.stream()
                        .anyMatch(part -> contender.toLowerCase(Locale.ROOT).contains(part.toLowerCase(Locale.ROOT)));
    }

    /** The label of the one that is compared with the others. */
    String relayName() {
        return new ArrayList<>(relays.keySet()).get(relays.size() - 1);
    }

    /** The oldest, if versions are compared: it gives its libraries to {@link SpringPeerJar}. */
    Path firstRelay() {
        return relays.values().iterator().next();
    }

    private static final class Parser {

        private final List<String> words;
        private int next;
        private final List<String> scenarios = new ArrayList<>();
        private final Map<String, Path> relays = new LinkedHashMap<>();
        private final Map<String, Path> javas = new LinkedHashMap<>();
        private List<String> only = List.of();
        private int rounds = 5;
        private double seconds = 3;
        private boolean quick;
        private Cores cores = Cores.ofThisMachine();
        private @Nullable Path check;

        Parser(List<String> words) {
            this.words = words;
        }

        Options parse() {
            while (next < words.size()) {
                accept(words.get(next++));
            }
            return new Options(scenarios, relays, javas, only, rounds, seconds, quick, cores, check);
        }

        private void accept(String word) {
            switch (word) {
                case "--relay" -> putLabelled(relays, value(word), "pipe-relay");
                case "--java" -> putLabelled(javas, value(word), "JDK");
                case "--only" -> only = List.of(value(word).split(","));
                case "--rounds" -> rounds = Integer.parseInt(value(word));
                case "--seconds" -> seconds = Double.parseDouble(value(word));
                case "--server-cores" -> cores = new Cores(value(word), cores.load());
                case "--load-cores" -> cores = new Cores(cores.servers(), value(word));
                case "--check" -> check = Path.of(value(word));
                case "--quick" -> {
                    quick = true;
                    rounds = 3;
                    seconds = 1;
                }
                default -> scenarios.add(scenario(word));
            }
        }

        private static String scenario(String word) {
            if (word.startsWith("-")) {
                throw new IllegalArgumentException("unknown option " + word);
            }
            return word;
        }

        private String value(String option) {
            if (next == words.size()) {
                throw new IllegalArgumentException(option + " needs a value");
            }
            return words.get(next++);
        }

        private static void putLabelled(Map<String, Path> paths, String value, String defaultLabel) {
            int equals = value.indexOf('=');
            var label = equals < 0 ? defaultLabel : value.substring(0, equals);
            paths.put(label, Path.of(value.substring(equals + 1)).toAbsolutePath());
        }
    }
}
