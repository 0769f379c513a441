package mcpauth.it;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import tools.jackson.databind.json.JsonMapper;

/**
 * Messages as clients with a defect send them, made of messages that are right: each member left out, of another type,
 * nested, repeated, and two such changes at once. The same ones in each run.
 */
final class Mutations {
    private static final JsonMapper JSON = JsonMapper.shared();
    private static final int DOUBLE = 300;

    private static final List<String> MESSAGES =
            List.of("""
            {"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"repeat",\
            "arguments":{"word":"a","times":2},"_meta":{"progressToken":"t"}}}""", """
            {"jsonrpc":"2.0","id":"a","method":"tools/list","params":{"cursor":""}}""", """
            {"jsonrpc":"2.0","id":2,"method":"ping"}""", """
            {"jsonrpc":"2.0","id":3,"method":"logging/setLevel","params":{"level":"info"}}""", """
            {"jsonrpc":"2.0","id":4,"method":"prompts/get","params":{"name":"p","arguments":{"a":"b"}}}""", """
            {"jsonrpc":"2.0","id":5,"method":"resources/read","params":{"uri":"test://a"}}""", """
            {"jsonrpc":"2.0","id":6,"method":"completion/complete","params":{"ref":{"type":"ref/prompt","name":"p"},\
            "argument":{"name":"a","value":""},"context":{"arguments":{"b":"c"}}}}""", """
            {"jsonrpc":"2.0","id":7,"method":"initialize","params":{"protocolVersion":"2025-11-25",\
            "capabilities":{"roots":{"listChanged":true},"sampling":{},"elicitation":{"form":{}},\
            "experimental":{"a":{}}},"clientInfo":{"name":"c","version":"1","icons":[{"src":"https://a"}]}}}""", """
            {"jsonrpc":"2.0","method":"notifications/initialized"}""", """
            {"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":1,"reason":"r"}}""", """
            {"jsonrpc":"2.0","method":"notifications/progress","params":{"progressToken":"t","progress":1}}""", """
            {"jsonrpc":"2.0","id":8,"result":{"roots":[]}}""", """
            {"jsonrpc":"2.0","id":9,"error":{"code":-1,"message":"m"}}""");

    /** As they stand in JSON; the last of them is no value that Java has. */
    private static final List<String> VALUES = List.of(
            "null",
            "true",
            "0",
            "-1",
            "7.0",
            "1.5",
            "123456789012345678901234567890",
            "\"\"",
            "\" \"",
            "\"x\"",
            "\"a\\r\\nSEVERE: b\"",
            "\"\\u0000\"",
            "\"\\ud83d\"",
            "\"" + "y".repeat(2000) + "\"",
            "[]",
            "[[1]]",
            "[null]",
            "{}",
            "{\"a\":{\"b\":[]}}",
            "{\"a\":1,\"a\":2}",
            "[".repeat(300) + "]".repeat(300),
            "1e999");

    private Mutations() {}

    /** A piece of JSON that is written as it is. */
    private record Raw(String json) {}

    static List<String> all() {
        List<String> mutations = new ArrayList<>();
        for (String message : MESSAGES) {
            for (List<Object> path : paths(tree(message))) {
                for (String value : VALUES) {
                    Object tree = tree(message);
                    put(tree, path, new Raw(value));
                    mutations.add(write(tree));
                }
                mutations.add(without(message, path));
                mutations.add(repeated(message, path));
            }
        }
        Random random = new Random(1);
        for (int i = 0; i < DOUBLE; i++) {
            mutations.add(twice(random));
        }
        return mutations;
    }

    private static String twice(Random random) {
        Object tree = tree(MESSAGES.get(random.nextInt(MESSAGES.size())));
        for (int i = 0; i < 2; i++) {
            List<List<Object>> paths = paths(tree);
            if (!paths.isEmpty()) {
                put(tree, paths.get(random.nextInt(paths.size())), new Raw(VALUES.get(random.nextInt(VALUES.size()))));
            }
        }
        return write(tree);
    }

    private static String without(String message, List<Object> path) {
        Object tree = tree(message);
        Object parent = parent(tree, path);
        Object last = path.get(path.size() - 1);
        if (parent instanceof Map<?, ?> members) {
            members.remove(last);
        } else if (parent instanceof List<?> elements) {
            elements.remove(((Integer) last).intValue());
        }
        return write(tree);
    }

    private static String repeated(String message, List<Object> path) {
        Object tree = tree(message);
        Object parent = parent(tree, path);
        Object last = path.get(path.size() - 1);
        if (parent instanceof Map<?, ?> members) {
            String value = write(members.get(last));
            put(tree, path, new Raw(value + "," + write(last) + ":" + value));
        }
        return write(tree);
    }

    private static Object tree(String json) {
        return JSON.readValue(json, Object.class);
    }

    private static List<List<Object>> paths(Object tree) {
        List<List<Object>> paths = new ArrayList<>();
        collect(tree, List.of(), paths);
        return paths;
    }

    private static void collect(Object tree, List<Object> path, List<List<Object>> paths) {
        Map<Object, Object> children = new LinkedHashMap<>();
        if (tree instanceof Map<?, ?> members) {
            children.putAll(members);
        } else if (tree instanceof List<?> elements) {
            for (int i = 0; i < elements.size(); i++) {
                children.put(i, elements.get(i));
            }
        }
        children.forEach((key, child) -> {
            List<Object> below = new ArrayList<>(path);
            below.add(key);
            paths.add(below);
            collect(child, below, paths);
        });
    }

    private static Object parent(Object tree, List<Object> path) {
        Object parent = tree;
        for (Object key : path.subList(0, path.size() - 1)) {
            parent = key instanceof Integer index ? ((List<?>) parent).get(index) : ((Map<?, ?>) parent).get(key);
        }
        return parent;
    }

    @SuppressWarnings("unchecked")
    private static void put(Object tree, List<Object> path, Object value) {
        Object last = path.get(path.size() - 1);
        if (last instanceof Integer index) {
            ((List<Object>) parent(tree, path)).set(index, value);
        } else {
            ((Map<Object, Object>) parent(tree, path)).put(last, value);
        }
    }

    private static String write(Object tree) {
        if (tree instanceof Raw raw) {
            return raw.json();
        }
        if (tree instanceof Map<?, ?> members) {
            List<String> written = new ArrayList<>();
            members.forEach((name, value) -> written.add(write(name) + ":" + write(value)));
            return "{" + String.join(",", written) + "}";
        }
        if (tree instanceof List<?> elements) {
            return "["
                    + String.join(",", elements.stream().map(Mutations::write).toList()) + "]";
        }
        return JSON.writeValueAsString(tree);
    }
}
