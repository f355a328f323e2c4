package io.piperelay.settings;

import io.piperelay.startup.StartException;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.config.BeanFactoryPostProcessor;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DataObjectPropertyName;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.core.env.ConfigurableEnvironment;

/**
 * Refuses every setting below {@code pipe} that is unknown or empty: a misspelt or empty token would leave the service
 * open. The known ones are the components of the records with {@code @ConfigurationProperties("pipe…")}, and
 * {@link ChildSetting}.
 *
 * <p>An environment variable may belong to another program (Kubernetes sets {@code PIPE_SERVICE_HOST} for a service called
 * pipe), so unknown ones only cause a warning.
 */
public final class SettingNames implements BeanFactoryPostProcessor {

    private static final Logger log = LoggerFactory.getLogger(SettingNames.class);

    private static final String PREFIX = "pipe";
    private static final String CHILDREN = "pipe.children";
    private static final int MOST_NAMED = 5;

    private final ConfigurableEnvironment environment;

    /** By uniform spelling. */
    private final Map<String, Known> known = new LinkedHashMap<>();

    private record Known(String name, boolean list) {}

    public SettingNames(ConfigurableEnvironment environment) {
        this.environment = environment;
    }

    @Override
    public void postProcessBeanFactory(ConfigurableListableBeanFactory beans) {
        for (String bean : beans.getBeanNamesForAnnotation(ConfigurationProperties.class)) {
            Class<?> type = Objects.requireNonNull(beans.getType(bean));
            var properties = AnnotatedElementUtils.findMergedAnnotation(type, ConfigurationProperties.class);
            if (properties != null && (properties.prefix() + ".").startsWith(PREFIX + ".")) {
                learn(properties.prefix(), type);
            }
        }
        check();
    }

    private void learn(String prefix, Class<?> record) {
        for (RecordComponent component : record.getRecordComponents()) {
            String name = prefix + "." + DataObjectPropertyName.toDashedForm(component.getName());
            if (component.getType().isRecord()) {
                learn(name, component.getType());
            } else {
                boolean list = Collection.class.isAssignableFrom(component.getType());
                known.put(Spelling.uniform(name), new Known(name, list));
            }
        }
    }

    private void check() {
        List<String> unknown = new ArrayList<>();
        List<String> others = new ArrayList<>();
        Set<String> seen = new HashSet<>();
        for (RawSetting raw : RawSetting.all(environment)) {
            if (raw.isGroup()) {
                refuseValue(raw);
                continue;
            }
            if (raw.pathBelowChildren() != null) {
                if (ChildSettingName.of(raw) == null) {
                    (raw.isVariable() ? others : unknown).add(raw + " " + unknownChildSetting(raw));
                }
                continue;
            }
            Known setting = raw.isVariable() ? ofVariable(raw) : ofText(raw);
            if (setting == null) {
                (raw.isVariable() ? others : unknown).add(raw + " is not known" + meant(raw));
            } else if (seen.add(setting.name()) && !setting.list()) {
                refuseEmpty(raw);
            }
        }
        if (!unknown.isEmpty()) {
            throw new StartException("Unknown settings: " + joined(unknown) + ".");
        }
        if (!others.isEmpty()) {
            log.warn("Environment variables that look like settings and are ignored: {}.", joined(others));
        }
    }

    private static String joined(List<String> names) {
        return names.stream().limit(MOST_NAMED).collect(Collectors.joining("; "))
                + (names.size() > MOST_NAMED ? "; and " + (names.size() - MOST_NAMED) + " more" : "");
    }

    private @Nullable Known ofText(RawSetting raw) {
        Known setting = known.get(Spelling.uniform(PREFIX + raw.path()));
        if (setting == null) {
            Known list = known.get(Spelling.uniform(PREFIX + raw.path().replaceFirst("\\[\\d{1,4}]$", "")));
            return list != null && list.list() ? list : null;
        }
        return setting;
    }

    /** Spring drops hyphens, people write them as underscores. */
    private @Nullable Known ofVariable(RawSetting raw) {
        String path = raw.path().toUpperCase(Locale.ROOT);
        String withoutIndex = path.replaceFirst("_\\d{1,4}_?$", "");
        return known.values().stream()
                .filter(setting -> variables(setting)
                        .anyMatch(
                                variable -> variable.equals(path) || (setting.list() && variable.equals(withoutIndex))))
                .findFirst()
                .orElse(null);
    }

    private static Stream<String> variables(Known setting) {
        String upper = setting.name()
                .substring(PREFIX.length() + 1)
                .toUpperCase(Locale.ROOT)
                .replace('.', '_');
        return Stream.of(upper.replace("-", ""), upper.replace('-', '_'));
    }

    /** If everything below the group is commented out, it is empty, and means nothing. */
    private static void refuseValue(RawSetting group) {
        if (!group.isBlank()) {
            throw group.refused("is a group of settings and has no value itself, as pipe.output.window has");
        }
    }

    private void refuseEmpty(RawSetting raw) {
        if (environment.resolvePlaceholders(raw.text()).isBlank()) {
            throw raw.refused("is empty: give it a value, or leave it out");
        }
    }

    private String meant(RawSetting raw) {
        String written =
                raw.isVariable() ? "." + raw.path().toLowerCase(Locale.ROOT).replace('_', '.') : raw.path();
        List<String> names =
                new ArrayList<>(known.values().stream().map(Known::name).toList());
        names.add(CHILDREN);
        String group = written.split("[.\\[]", 3)[1];
        boolean children = Spelling.isNear(group, "children");
        return "; did you mean " + (children ? CHILDREN : nearest(PREFIX + written, names));
    }

    /** A name may also be right except for its group: {@code pipe.token}. */
    private static String nearest(String written, List<String> names) {
        return names.stream()
                .sorted()
                .min(Comparator.comparingInt(name -> Math.min(
                        Spelling.distance(Spelling.uniform(written), Spelling.uniform(name)),
                        1 + 2 * Spelling.distance(lastWord(written), lastWord(name)))))
                .orElseThrow();
    }

    private static String lastWord(String name) {
        return Spelling.uniform(name.substring(name.lastIndexOf('.') + 1));
    }

    private static String unknownChildSetting(RawSetting raw) {
        String path = String.valueOf(raw.pathBelowChildren());
        if (path.isEmpty()) {
            return "has no profiles: leave it out, or name some, such as " + CHILDREN + ".<name>.command";
        }
        String[] parts = path.substring(1).split(raw.isVariable() ? "_" : "[.\\[]", -1);
        if (parts.length == 1) {
            return "has no setting; did you mean " + CHILDREN + "." + parts[0] + ".command";
        }
        String word = Arrays.stream(parts, 1, parts.length)
                .min(Comparator.comparingInt(
                        part -> Spelling.distance(part, Spelling.nearest(part, ChildSetting.texts()))))
                .orElseThrow();
        return "is not known; did you mean " + CHILDREN + ".<name>." + Spelling.nearest(word, ChildSetting.texts());
    }
}
