package mcpauth.http;

import static java.lang.System.Logger.Level.ERROR;

import java.util.UUID;

/**
 * An unexpected failure of ours: the client gets an id, the log gets the id and the stack trace.
 *
 * @param id stands in the answer and in the log
 */
public record Incident(String id) {
    private static final System.Logger LOGGER = System.getLogger(Incident.class.getName());

    /**
     * Logs the failure under a new id.
     *
     * @param where what was being done, for the operator
     */
    public static Incident log(String where, Throwable failure) {
        Incident incident = new Incident(UUID.randomUUID().toString());
        LOGGER.log(ERROR, "MCPAUTH-500 " + where + " failed, incident " + incident.id, failure);
        return incident;
    }

    /** The fixed sentence for the client. */
    public String sentence() {
        return "Something went wrong in the server. Its log tells more under incident " + id + ".";
    }
}
