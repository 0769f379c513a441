package mcpauth.metadata;

import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.EntityTag;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Request;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.Response.Status;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Set;
import mcpauth.http.JsonError;
import mcpauth.oidc.ProviderMetadataService;
import mcpauth.oidc.ProviderUnavailableException;

/**
 * The provider's metadata at our own origin, where MCP clients look for it in the delegated mode. The document is the
 * provider's, byte for byte.
 *
 * @see <a href="https://modelcontextprotocol.io/specification/2025-03-26/basic/authorization">MCP 2025-03-26,
 *     Authorization, section 2.3</a>
 * @see <a href="https://www.rfc-editor.org/rfc/rfc8414#section-3">RFC 8414 section 3</a>
 */
@Path("/")
@RequestScoped
public class ProviderMetadataResource {
    private static final Set<String> DOCUMENTS = Set.of(
            "oauth-authorization-server",
            "oauth-authorization-server/sse",
            "openid-configuration",
            "openid-configuration/sse");

    /** Clients may keep the document that long, in seconds. */
    private static final int MAX_AGE = 300;

    @Inject
    @SuppressWarnings("NullAway.Init") // the container sets it before it calls anything here
    ProviderMetadataService providerMetadata;

    /**
     * The document, 304 if the client has it, 503 while the provider is unreachable. The forms with {@code /sse} are
     * those of RFC 8414 section 3.1 for clients that take the transport's URL for the issuer. Anything else does not
     * exist here, which is said without asking for a token: a client would take that for a challenge.
     */
    @GET
    @Path("{path:.*}")
    public Response document(@PathParam("path") String path, @Context Request request) {
        if (!DOCUMENTS.contains(path)) {
            return error(Status.NOT_FOUND, new JsonError("not_found", "There is no such document here."))
                    .build();
        }
        byte[] document;
        try {
            document = providerMetadata.get().text().getBytes(StandardCharsets.UTF_8);
        } catch (ProviderUnavailableException e) {
            return unavailable();
        }
        EntityTag tag = new EntityTag(sha256(document));
        Response.ResponseBuilder notModified = request.evaluatePreconditions(tag);
        Response.ResponseBuilder response =
                notModified != null ? notModified : Response.ok(document, MediaType.APPLICATION_JSON_TYPE);
        return response.tag(tag)
                .header("Cache-Control", "public, max-age=" + MAX_AGE)
                .build();
    }

    private static Response unavailable() {
        JsonError error = new JsonError(
                "temporarily_unavailable", "The OpenID provider's metadata cannot be read at the moment. Try again.");
        return error(Status.SERVICE_UNAVAILABLE, error)
                .header("Retry-After", ProviderUnavailableException.RETRY_AFTER.toSeconds())
                .build();
    }

    private static Response.ResponseBuilder error(Status status, JsonError error) {
        return Response.status(status)
                .type(JsonError.MEDIA_TYPE)
                .header("Cache-Control", "no-store")
                .entity(error.body());
    }

    private static String sha256(byte[] document) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(document));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
