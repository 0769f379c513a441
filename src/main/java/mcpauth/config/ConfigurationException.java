package mcpauth.config;

/**
 * A setting that is missing or wrong. Thrown while the application is being deployed, which it stops; the message is one
 * sentence for an operator: key, value, what is expected, an example.
 */
public final class ConfigurationException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    ConfigurationException(String message) {
        super(message);
    }

    static ConfigurationException missing(String key, String expected, String example) {
        return new ConfigurationException("%s (environment: %s) is not set: expected %s, for example %s"
                .formatted(key, environmentName(key), expected, example));
    }

    static ConfigurationException wrong(String key, String value, String expected, String example) {
        return new ConfigurationException("%s (environment: %s) is \"%s\": expected %s, for example %s"
                .formatted(key, environmentName(key), value, expected, example));
    }

    private static String environmentName(String key) {
        return SettingNames.environmentName(key);
    }
}
