package mcpauth.security;

import static java.lang.System.Logger.Level.DEBUG;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.security.enterprise.AuthenticationException;
import jakarta.security.enterprise.AuthenticationStatus;
import jakarta.security.enterprise.authentication.mechanism.http.HttpAuthenticationMechanism;
import jakarta.security.enterprise.authentication.mechanism.http.HttpMessageContext;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Collection;
import java.util.Collections;
import java.util.Optional;
import java.util.Set;
import mcpauth.config.McpAuthConfig;
import mcpauth.http.Incident;
import mcpauth.http.JsonError;
import mcpauth.security.BearerCredentials.Malformed;
import mcpauth.security.BearerCredentials.Present;
import mcpauth.token.BearerToken;
import mcpauth.token.TokenRecheck;
import mcpauth.token.TokenVerification;
import mcpauth.token.TokenVerification.InsufficientScope;
import mcpauth.token.TokenVerification.Rejected;
import mcpauth.token.TokenVerification.Unavailable;
import mcpauth.token.TokenVerification.Verified;
import mcpauth.token.TokenVerifier;

/**
 * Authenticates every request to a protected path by its bearer token. The container calls it before anything of the
 * application runs; what it refuses, no servlet sees. Safe for use by many threads.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc6750">RFC 6750</a>
 * @see <a href="https://modelcontextprotocol.io/specification/2025-11-25/basic/authorization">MCP, Authorization</a>
 */
@ApplicationScoped
public class BearerAuthenticationMechanism implements HttpAuthenticationMechanism {
    private static final System.Logger LOGGER = System.getLogger(BearerAuthenticationMechanism.class.getName());

    private final TokenVerifier tokenVerifier;
    private final Challenges challenges;
    private final RequestGuard guard;
    private final Roles roles;

    @Inject
    BearerAuthenticationMechanism(TokenVerifier tokenVerifier, McpAuthConfig config) {
        this.tokenVerifier = tokenVerifier;
        this.challenges = new Challenges(config.auth());
        this.guard = new RequestGuard(config.server());
        this.roles = new Roles(config.auth().roleClaims());
    }

    /** Used by the CDI client proxy only. */
    @SuppressWarnings("NullAway")
    protected BearerAuthenticationMechanism() {
        this.tokenVerifier = null;
        this.challenges = null;
        this.guard = null;
        this.roles = null;
    }

    /** Lets the request through as its caller, or answers it with a refusal. No exception of ours escapes. */
    @Override
    public AuthenticationStatus validateRequest(
            HttpServletRequest request, HttpServletResponse response, HttpMessageContext context)
            throws AuthenticationException {
        if (!context.isProtected()) {
            return context.doNothing();
        }
        try {
            return authenticate(context);
        } catch (IOException e) {
            // The client has gone: nobody is there to get an answer
            return AuthenticationStatus.SEND_FAILURE;
        } catch (RuntimeException e) {
            return answerIncident(context, Incident.log("authentication", e));
        }
    }

    private AuthenticationStatus authenticate(HttpMessageContext context) throws IOException {
        HttpServletRequest request = context.getRequest();
        Optional<RequestGuard.Refusal> refusal = guard.check(request);
        if (refusal.isPresent()) {
            return answer(context, refusal.get().status(), refusal.get().error());
        }
        guard.share(request, context.getResponse());
        if (RequestGuard.isPreflight(request)) {
            context.getResponse().setStatus(HttpServletResponse.SC_NO_CONTENT);
            return AuthenticationStatus.SEND_CONTINUE;
        }
        BearerCredentials credentials = BearerCredentials.parse(
                Collections.list(request.getHeaders("Authorization")), request.getQueryString());
        if (credentials instanceof Present present) {
            return verify(present.token(), context);
        }
        if (credentials instanceof Malformed malformed) {
            return refuse(context, BearerError.INVALID_REQUEST, malformed.description(), challenges.scopes());
        }
        challenge(context, challenges.missingToken(request));
        return answer(
                context,
                HttpServletResponse.SC_UNAUTHORIZED,
                new JsonError(
                        "unauthorized",
                        "This is an MCP server: sign in at its OpenID provider with an MCP client, which sends the access"
                                + " token in the Authorization header."));
    }

    private AuthenticationStatus verify(BearerToken token, HttpMessageContext context) throws IOException {
        TokenVerification verification = tokenVerifier.verify(token);
        if (verification instanceof Verified verified) {
            if (!challenges.allowsEnough(verified)) {
                return refuseScope(context, challenges.stepUp(verified));
            }
            context.getRequest().setAttribute(TokenRecheck.ATTRIBUTE, new TokenRecheck(tokenVerifier, token, verified));
            return login(verified, context);
        }
        if (verification instanceof Rejected rejected) {
            LOGGER.log(DEBUG, () -> "Token rejected: " + rejected.reason());
            return refuse(context, BearerError.INVALID_TOKEN, "The access token is not valid", challenges.scopes());
        }
        if (verification instanceof InsufficientScope insufficient) {
            return refuseScope(context, challenges.stepUp(insufficient));
        }
        return answerUnavailable(context, (Unavailable) verification);
    }

    private AuthenticationStatus login(Verified verified, HttpMessageContext context) {
        try {
            Set<String> groups = roles.of(verified);
            return context.notifyContainerAboutLogin(new ClaimsPrincipal(verified, groups), groups);
        } catch (IllegalStateException e) {
            // where LoginCheck could not see how the server is set, or the server needs a reload
            throw new IllegalStateException("The server refused the caller. " + LoginCheck.remedy("other"), e);
        }
    }

    private AuthenticationStatus refuseScope(HttpMessageContext context, Collection<String> scopes) throws IOException {
        return refuse(
                context,
                BearerError.INSUFFICIENT_SCOPE,
                "The access token does not allow enough: ask for the scope named here",
                scopes);
    }

    private AuthenticationStatus refuse(
            HttpMessageContext context, BearerError error, String description, Collection<String> scopes)
            throws IOException {
        challenge(context, challenges.refusal(context.getRequest(), error, description, scopes));
        return answer(context, error.status(), new JsonError(error.code(), description));
    }

    private static void challenge(HttpMessageContext context, BearerChallenge challenge) {
        context.getResponse().setHeader("WWW-Authenticate", challenge.headerValue());
    }

    private static AuthenticationStatus answerUnavailable(HttpMessageContext context, Unavailable unavailable)
            throws IOException {
        context.getResponse()
                .setHeader("Retry-After", Long.toString(unavailable.retryAfter().toSeconds()));
        return answer(
                context,
                HttpServletResponse.SC_SERVICE_UNAVAILABLE,
                new JsonError(
                        "temporarily_unavailable",
                        "The OpenID provider cannot be asked at the moment. Keep the token and try again."));
    }

    private static AuthenticationStatus answerIncident(HttpMessageContext context, Incident incident) {
        try {
            return answer(
                    context,
                    HttpServletResponse.SC_INTERNAL_SERVER_ERROR,
                    new JsonError("server_error", incident.sentence()));
        } catch (IOException e) {
            LOGGER.log(DEBUG, "The client has gone", e);
            return AuthenticationStatus.SEND_FAILURE;
        }
    }

    private static AuthenticationStatus answer(HttpMessageContext context, int status, JsonError error)
            throws IOException {
        error.sendRefusal(context.getRequest(), context.getResponse(), status);
        return AuthenticationStatus.SEND_FAILURE;
    }
}
