package mcpauth.page;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.Optional;
import mcpauth.http.ContentHash;

/** The static files of the page. They lie below {@code WEB-INF}, where no server sends anything by itself. */
enum PageFile {
    PAGE("", "index.html", "text/html;charset=UTF-8"),
    STYLE("/page/style.css", "style.css", "text/css;charset=UTF-8"),
    ICON("/page/icon.svg", "icon.svg", "image/svg+xml"),
    MAIN("/page/main.js", "main.js", "text/javascript;charset=UTF-8"),
    SIGN_IN("/page/sign-in.js", "sign-in.js", "text/javascript;charset=UTF-8"),
    CLIENTS("/page/clients.js", "clients.js", "text/javascript;charset=UTF-8"),
    ELEMENTS("/page/elements.js", "elements.js", "text/javascript;charset=UTF-8"),
    ENGLISH("/page/texts.en.js", "texts.en.js", "text/javascript;charset=UTF-8"),
    JAPANESE("/page/texts.ja.js", "texts.ja.js", "text/javascript;charset=UTF-8");

    private final String path;
    private final String name;
    private final String mediaType;

    PageFile(String path, String name, String mediaType) {
        this.path = path;
        this.name = name;
        this.mediaType = mediaType;
    }

    /** Where it is served, in the application; empty for the root. */
    String path() {
        return path;
    }

    String mediaType() {
        return mediaType;
    }

    static Optional<PageFile> at(String path) {
        return Arrays.stream(values()).filter(file -> file.path.equals(path)).findAny();
    }

    /** How the files of the application are read. */
    @FunctionalInterface
    interface Files {
        /** Null if there is no such file. */
        @org.jspecify.annotations.Nullable InputStream open(String path);
    }

    /** A file as it is sent. */
    static final class Content {
        private final byte[] bytes;
        private final String tag;

        private Content(byte[] bytes, String tag) {
            this.bytes = bytes;
            this.tag = tag;
        }

        byte[] bytes() {
            return bytes;
        }

        /** The value of its ETag header. */
        String tag() {
            return tag;
        }
    }

    Content read(Files files) {
        String file = "/WEB-INF/page/" + name;
        try (InputStream stream = files.open(file)) {
            if (stream == null) {
                throw new IllegalStateException(file + " is missing in the application");
            }
            byte[] bytes = stream.readAllBytes();
            return new Content(bytes, '"' + ContentHash.of(bytes) + '"');
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
