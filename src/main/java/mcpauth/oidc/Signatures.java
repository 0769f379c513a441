package mcpauth.oidc;

import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.LoadingCache;
import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSVerifier;
import com.nimbusds.jose.crypto.ECDSAVerifier;
import com.nimbusds.jose.crypto.RSASSAVerifier;
import com.nimbusds.jose.crypto.impl.BaseJWSProvider;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.OctetKeyPair;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.util.Base64URL;
import com.nimbusds.jwt.SignedJWT;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.EdECPoint;
import java.security.spec.EdECPublicKeySpec;
import java.security.spec.NamedParameterSpec;
import java.util.Set;
import java.util.concurrent.CompletionException;

/** Checks signatures with a provider's public keys. */
final class Signatures {
    /** RFC 7518 section 3.3. */
    private static final int MIN_RSA_BITS = 2048;

    /**
     * By the key as an object, of which the provider's keys are remembered: to read the key costs as much as to check an
     * RSA signature.
     */
    private static final LoadingCache<JWK, JWSVerifier> VERIFIERS =
            Caffeine.newBuilder().weakKeys().executor(Runnable::run).build(Signatures::verifier);

    private Signatures() {}

    /** Whether the key made the signature; false also for a key that cannot make such signatures, or is too weak. */
    static boolean isSignedWith(SignedJWT jwt, JWK key) {
        try {
            return isStrong(key) && jwt.verify(VERIFIERS.get(key));
        } catch (JOSEException | CompletionException e) {
            return false;
        }
    }

    private static boolean isStrong(JWK key) {
        return !(key instanceof RSAKey) || key.size() >= MIN_RSA_BITS;
    }

    private static JWSVerifier verifier(JWK key) throws JOSEException {
        if (key instanceof ECKey elliptic) {
            return new ECDSAVerifier(elliptic);
        }
        if (key instanceof RSAKey rsa) {
            return new RSASSAVerifier(rsa);
        }
        return new EdwardsVerifier(edwards((OctetKeyPair) key));
    }

    /** RFC 8032 section 5.1.2: little endian, the highest bit is the sign of x. */
    private static PublicKey edwards(OctetKeyPair key) throws JOSEException {
        byte[] littleEndian = key.getDecodedX();
        byte[] y = new byte[littleEndian.length];
        for (int i = 0; i < y.length; i++) {
            y[i] = littleEndian[y.length - 1 - i];
        }
        boolean odd = (y[0] & 0x80) != 0;
        y[0] &= 0x7f;
        try {
            return KeyFactory.getInstance("Ed25519")
                    .generatePublic(new EdECPublicKeySpec(
                            NamedParameterSpec.ED25519, new EdECPoint(odd, new BigInteger(1, y))));
        } catch (GeneralSecurityException e) {
            throw new JOSEException("not an Ed25519 key", e);
        }
    }

    /** Nimbus' own needs another library for it; the JDK has it since 15. */
    private static final class EdwardsVerifier extends BaseJWSProvider implements JWSVerifier {
        private final PublicKey key;

        EdwardsVerifier(PublicKey key) {
            super(Set.of(JWSAlgorithm.EdDSA, JWSAlgorithm.Ed25519));
            this.key = key;
        }

        @Override
        public boolean verify(JWSHeader header, byte[] signingInput, Base64URL signature) throws JOSEException {
            try {
                Signature verifier = Signature.getInstance("Ed25519");
                verifier.initVerify(key);
                verifier.update(signingInput);
                return verifier.verify(signature.decode());
            } catch (GeneralSecurityException e) {
                throw new JOSEException("not an Ed25519 signature", e);
            }
        }
    }
}
