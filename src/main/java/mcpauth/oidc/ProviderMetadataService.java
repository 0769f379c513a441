package mcpauth.oidc;

import static java.lang.System.Logger.Level.INFO;
import static java.lang.System.Logger.Level.WARNING;

import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The metadata of one provider, remembered as {@link Remembered} has it; a provider that is down leaves it in force until
 * the application ends. Safe for use by many threads.
 */
public class ProviderMetadataService {
    private static final System.Logger LOGGER = System.getLogger(ProviderMetadataService.class.getName());
    /** Half of what there is to count with: for ever. */
    private static final Duration FOR_EVER = Duration.ofNanos(Long.MAX_VALUE / 2);

    private final URI issuer;
    private final Remembered<ProviderMetadata> metadata;
    private final AtomicReference<@Nullable ProviderMetadata> latest = new AtomicReference<>();

    ProviderMetadataService(
            URI issuer,
            Remembered.Source<ProviderMetadata> source,
            Duration ttl,
            Waiters waiters,
            LongSupplier nanoTime) {
        this.issuer = issuer;
        this.metadata = new Remembered<>(() -> fetch(source), ttl, FOR_EVER, waiters, nanoTime);
    }

    /** Whose metadata it is. */
    public URI issuer() {
        return issuer;
    }

    /**
     * The metadata that is in force.
     *
     * @throws ProviderUnavailableException if there is none and the provider gives none
     */
    public ProviderMetadata get() throws ProviderUnavailableException {
        return metadata.get();
    }

    /** The metadata that was read last; empty if none was yet. Asks nobody. */
    public Optional<ProviderMetadata> known() {
        return Optional.ofNullable(latest.get());
    }

    /**
     * What the provider gave not longer ago than that.
     *
     * @throws ProviderUnavailableException if it gives none at the moment, whatever it gave before
     */
    public ProviderMetadata notOlderThan(Duration age) throws ProviderUnavailableException {
        return metadata.refreshed(age);
    }

    private ProviderMetadata fetch(Remembered.Source<ProviderMetadata> source) throws ProviderUnavailableException {
        try {
            ProviderMetadata fetched = source.fetch();
            if (!fetched.equals(latest.getAndSet(fetched))) {
                LOGGER.log(INFO, "MCPAUTH-101 The metadata of " + issuer + " was read");
                fetched.warnings().forEach(warning -> LOGGER.log(WARNING, "MCPAUTH-102 " + warning));
            }
            return fetched;
        } catch (ProviderBusyException e) {
            throw e;
        } catch (ProviderUnavailableException e) {
            LOGGER.log(WARNING, "MCPAUTH-103 " + e.getMessage());
            throw e;
        }
    }
}
