package mcpauth.transport;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An object among the parameters of a request, asked for its members one by one.
 *
 * @param path of the object, as it stands in front of a member's name in a sentence; empty for the parameters themselves
 * @param members as parsed
 */
record ParameterMembers(String path, Map<?, ?> members) {

    /** A member is missing, or not of its type, or has none of its values. */
    static final class InvalidParameterException extends Exception {
        private static final long serialVersionUID = 1L;

        private final String sentence;

        private InvalidParameterException(String sentence) {
            super(sentence);
            this.sentence = sentence;
        }

        /** For the developer of the client; holds nothing that was sent. */
        String sentence() {
            return sentence;
        }
    }

    /** @param params as parsed; null for none */
    static ParameterMembers of(@Nullable Object params) throws InvalidParameterException {
        if (params == null) {
            return new ParameterMembers("", Map.of());
        }
        if (params instanceof Map<?, ?> members) {
            return new ParameterMembers("", members);
        }
        throw new InvalidParameterException("params must be an object");
    }

    InvalidParameterException defect(String name, String duty) {
        return new InvalidParameterException(path + name + " " + duty);
    }

    /** The member, a string that says something. */
    String text(String name) throws InvalidParameterException {
        String text = string(name);
        if (text.isBlank()) {
            throw defect(name, "must not be blank");
        }
        return text;
    }

    /** The member, a string. */
    String string(String name) throws InvalidParameterException {
        String text = optionalText(name);
        if (text == null) {
            throw defect(name, "is missing");
        }
        return text;
    }

    /** The member, a string; null if it is left out. */
    @Nullable String optionalText(String name) throws InvalidParameterException {
        Object value = members.get(name);
        if (value == null || value instanceof String) {
            return (String) value;
        }
        throw defect(name, "must be a string");
    }

    void optionalTextOrInteger(String name) throws InvalidParameterException {
        Object value = members.get(name);
        if (value != null && !(value instanceof String) && Envelope.integer(value) == null) {
            throw defect(name, "must be a string or an integer");
        }
    }

    void optionalFlag(String name) throws InvalidParameterException {
        Object value = members.get(name);
        if (value != null && !(value instanceof Boolean)) {
            throw defect(name, "must be true or false");
        }
    }

    /** The member, an object. */
    ParameterMembers object(String name) throws InvalidParameterException {
        ParameterMembers object = optionalObject(name);
        if (object == null) {
            throw defect(name, "is missing");
        }
        return object;
    }

    /** The member, an object; null if it is left out. */
    @Nullable ParameterMembers optionalObject(String name) throws InvalidParameterException {
        Object value = members.get(name);
        if (value == null) {
            return null;
        }
        if (value instanceof Map<?, ?> object) {
            return new ParameterMembers(path + name + ".", object);
        }
        throw defect(name, "must be an object");
    }

    /** The member, an array of objects; empty if it is left out. */
    List<ParameterMembers> optionalObjects(String name) throws InvalidParameterException {
        Object value = members.get(name);
        if (value == null) {
            return List.of();
        }
        if (value instanceof List<?> elements && elements.stream().allMatch(Map.class::isInstance)) {
            return elements.stream()
                    .map(element -> new ParameterMembers(path + name + "[].", (Map<?, ?>) element))
                    .toList();
        }
        throw defect(name, "must be an array of objects");
    }

    /** The member, an object of strings, may be left out. */
    void optionalTexts(String name) throws InvalidParameterException {
        ParameterMembers object = optionalObject(name);
        if (object != null && !object.members.values().stream().allMatch(String.class::isInstance)) {
            throw defect(name, "must be an object of strings");
        }
    }
}
