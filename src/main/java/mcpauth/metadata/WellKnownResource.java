package mcpauth.metadata;

import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Request;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.Response.Status;
import java.util.Optional;
import mcpauth.http.JsonError;
import mcpauth.oidc.ProviderUnavailableException;

/** The public documents, each at its paths. */
@Path("/")
@RequestScoped
public class WellKnownResource {
    /** Clients may keep a document that long, in seconds. */
    private static final int MAX_AGE = 300;

    @Inject
    @SuppressWarnings("NullAway.Init") // the container sets it before it calls anything here
    Documents documents;

    /**
     * The document, 304 if the client has it, 503 while the provider whose document it is cannot be reached. Anything else
     * does not exist here, which is said without asking for a token: a client would take that for a challenge.
     */
    @GET
    @Path("{path:.*}")
    public Response document(@PathParam("path") String path, @Context Request request) {
        Optional<Document> document;
        try {
            document = documents.at(path);
        } catch (ProviderUnavailableException e) {
            return unavailable(e);
        }
        return document.map(found -> answer(found, request))
                .orElseGet(() -> error(Status.NOT_FOUND, new JsonError("not_found", "There is no such document here."))
                        .build());
    }

    private static Response answer(Document document, Request request) {
        Response.ResponseBuilder notModified = request.evaluatePreconditions(document.tag());
        Response.ResponseBuilder response =
                notModified != null ? notModified : Response.ok(document.bytes(), MediaType.APPLICATION_JSON_TYPE);
        return response.tag(document.tag())
                .header("Cache-Control", "public, max-age=" + MAX_AGE)
                .build();
    }

    private static Response unavailable(ProviderUnavailableException cause) {
        JsonError error = new JsonError(
                "temporarily_unavailable", "The OpenID provider's metadata cannot be read at the moment. Try again.");
        return error(Status.SERVICE_UNAVAILABLE, error)
                .header("Retry-After", cause.retryAfter().toSeconds())
                .build();
    }

    private static Response.ResponseBuilder error(Status status, JsonError error) {
        return Response.status(status)
                .type(JsonError.MEDIA_TYPE)
                .header("Cache-Control", "no-store")
                .entity(error.body());
    }
}
