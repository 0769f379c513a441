package mcpauth.config;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** The names of our settings, in both forms MicroProfile Config knows, and the search for mistyped ones. */
final class SettingNames {
    private static final List<String> FAMILIES = List.of("mcp.auth.", "mcp.page.", "mcp.server.");

    private SettingNames() {}

    /** The name an environment variable has for the key, as MicroProfile Config looks it up. */
    static String environmentName(String key) {
        return key.replaceAll("[^A-Za-z0-9]", "_").toUpperCase(Locale.ROOT);
    }

    /**
     * One sentence for each name of our families that is no setting, with the nearest real one. Empty if there is none.
     *
     * @param present every property name the configuration knows, those of the environment in their own form
     */
    static List<String> mistyped(Iterable<String> present, Collection<String> known) {
        Set<String> unknown = new TreeSet<>();
        for (String name : present) {
            if (isOurs(name) && known.stream().noneMatch(key -> isNameOf(name, key))) {
                unknown.add(name);
            }
        }
        return unknown.stream()
                .map(name -> "%s is not a setting of this version%s"
                        .formatted(
                                name,
                                nearest(name, known)
                                        .map(key -> "; did you mean " + key + "?")
                                        .orElse("")))
                .toList();
    }

    /** The last form is how Open Liberty lists the variable of the second. */
    private static boolean isNameOf(String name, String key) {
        String environmentName = environmentName(key);
        return name.equals(key)
                || name.equals(environmentName)
                || name.equals(environmentName.toLowerCase(Locale.ROOT).replace('_', '.'));
    }

    private static boolean isOurs(String name) {
        return FAMILIES.stream()
                .anyMatch(family -> name.startsWith(family) || name.startsWith(environmentName(family)));
    }

    private static Optional<String> nearest(String name, Collection<String> known) {
        return known.stream()
                .min(Comparator.comparingInt(key -> distance(environmentName(key), environmentName(name))))
                .filter(key -> distance(environmentName(key), environmentName(name)) <= name.length() / 3);
    }

    /** Levenshtein's edit distance. */
    private static int distance(String a, String b) {
        int[] previous = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            previous[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int[] current = new int[b.length() + 1];
            current[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int substitution = previous[j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                current[j] = Math.min(substitution, 1 + Math.min(previous[j], current[j - 1]));
            }
            previous = current;
        }
        return previous[b.length()];
    }
}
