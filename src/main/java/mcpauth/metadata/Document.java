package mcpauth.metadata;

import jakarta.ws.rs.core.EntityTag;
import java.nio.charset.StandardCharsets;
import mcpauth.http.ContentHash;

/** A public document as it is sent; the bytes are made once. */
final class Document {
    private final String text;
    private final byte[] bytes;
    private final EntityTag tag;

    Document(String text) {
        this.text = text;
        this.bytes = text.getBytes(StandardCharsets.UTF_8);
        this.tag = new EntityTag(ContentHash.of(bytes));
    }

    /** Whether it was made of this text. */
    boolean isOf(String other) {
        return text.equals(other);
    }

    byte[] bytes() {
        return bytes;
    }

    EntityTag tag() {
        return tag;
    }
}
