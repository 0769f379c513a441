package mcpauth.token;

/**
 * Tells whose access token it is. The authentication mechanism calls it for each request that carries a token, from many
 * threads at once.
 *
 * <p>To check tokens another way, write a CDI bean that implements it, with {@code @Alternative} and
 * {@code @Priority(APPLICATION)}. It throws nothing: "could not find out" is {@link TokenVerification.Unavailable}.
 */
@FunctionalInterface
public interface TokenVerifier {

    /** What the token is worth now; answers within a bounded time. */
    TokenVerification verify(BearerToken token);
}
