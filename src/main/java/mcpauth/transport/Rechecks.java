package mcpauth.transport;

import static java.lang.System.Logger.Level.DEBUG;

import jakarta.servlet.http.HttpServletRequest;
import mcpauth.token.TokenRecheck;
import mcpauth.token.TokenRecheck.Result;
import org.jspecify.annotations.Nullable;

/** Tokens that are verified again while a stream is open. */
final class Rechecks {
    private static final System.Logger LOGGER = System.getLogger(Rechecks.class.getName());

    private Rechecks() {}

    /** Of the token of this request; null where another mechanism let it in. */
    static @Nullable TokenRecheck of(HttpServletRequest request) {
        return request.getAttribute(TokenRecheck.ATTRIBUTE) instanceof TokenRecheck recheck ? recheck : null;
    }

    /**
     * Ends what the token has opened if it is no longer good. While the provider cannot be asked about it, the stream goes
     * on until the next round.
     */
    static void recheck(TokenRecheck recheck, Runnable end) {
        if (recheck.recheck() == Result.REFUSED) {
            LOGGER.log(DEBUG, "A stream ends: its token is no longer valid");
            end.run();
        }
    }
}
