package mcpauth.transport;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Whether a client has sent {@code notifications/initialized}. That is one POST and the first request another, with no
 * order between them: MCP Inspector 1.x passes both on at once, and the request often comes first. So it waits a little.
 */
final class Handshake {
    private static final long PATIENCE_SECONDS = 2;

    private final CountDownLatch completed = new CountDownLatch(1);

    void complete() {
        completed.countDown();
    }

    boolean isComplete() {
        return completed.getCount() == 0;
    }

    /** Waits for the notification, if it has not come yet; false if it does not come. */
    boolean await() {
        try {
            return completed.await(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return isComplete();
        }
    }
}
