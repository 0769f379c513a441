package mcpauth.testing;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.OctetKeyPair;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jose.util.Base64URL;
import jakarta.json.Json;
import jakarta.json.JsonObject;
import jakarta.json.JsonObjectBuilder;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.interfaces.EdECPublicKey;
import java.security.interfaces.RSAPrivateKey;
import java.security.interfaces.RSAPublicKey;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.UnaryOperator;

/** A provider's keys, access tokens that it would sign, and those that somebody else makes up. */
public final class TokenForge {
    /** The id of the key that tokens are signed with unless another is named. */
    public static final String KEY_ID = "es384";

    private final String issuer;
    private final String resource;
    private final Instant now;
    private final ECKey es384 = elliptic(Curve.P_384, KEY_ID);
    private final ECKey es256 = elliptic(Curve.P_256, "es256");
    private final ECKey attacker = elliptic(Curve.P_384, KEY_ID);
    private final RSAKey rsa = rsa();
    private final RSAKey weakRsa = weakRsa();
    private final KeyPair edwards = edwards();

    /**
     * Of one provider.
     *
     * @param resource for which its tokens are
     * @param now when they are issued; they live for an hour
     */
    public TokenForge(String issuer, String resource, Instant now) {
        this.issuer = issuer;
        this.resource = resource;
        this.now = now;
    }

    /** What is at {@code jwks_uri}. */
    public JWKSet keys() {
        List<JWK> keys = new ArrayList<>(List.of(es384, es256, rsa, weakRsa));
        byte[] y = ((EdECPublicKey) edwards.getPublic()).getPoint().getY().toByteArray();
        byte[] x = new byte[32];
        for (int i = 0; i < y.length && i < 32; i++) {
            x[i] = y[y.length - 1 - i];
        }
        if (((EdECPublicKey) edwards.getPublic()).getPoint().isXOdd()) {
            x[31] |= (byte) 0x80;
        }
        keys.add(new OctetKeyPair.Builder(Curve.Ed25519, Base64URL.encode(x))
                .keyID("ed25519")
                .build());
        return new JWKSet(keys).toPublicJWKSet();
    }

    /** The header of a token that is right. */
    public JsonObjectBuilder header() {
        return Json.createObjectBuilder()
                .add("alg", "ES384")
                .add("typ", "at+jwt")
                .add("kid", KEY_ID);
    }

    /** The claims of a token that is right. */
    public JsonObjectBuilder claims() {
        return Json.createObjectBuilder()
                .add("jti", "kuXLXy1l1rmc")
                .add("sub", "ft4t57nlza88")
                .add("iat", now.getEpochSecond())
                .add("exp", now.getEpochSecond() + 3600)
                .add("scope", "openid profile email")
                .add("client_id", "2k8jswqiorhr")
                .add("iss", issuer)
                .add("aud", resource);
    }

    /** A token that is right. */
    public String token() {
        return token(claims -> claims);
    }

    /** A token with other claims. */
    public String token(UnaryOperator<JsonObjectBuilder> change) {
        return token(header -> header, change);
    }

    /** A token with another header and other claims, signed as the right one is. */
    public String token(UnaryOperator<JsonObjectBuilder> header, UnaryOperator<JsonObjectBuilder> claims) {
        return signed(
                header.apply(header()).build().toString(),
                claims.apply(claims()).build().toString());
    }

    /** The two texts, signed with the provider's key. */
    public String signed(String header, String claims) {
        return sign(header, claims, input -> nimbus(new ECDSASigner(es384), JWSAlgorithm.ES384, input));
    }

    /** Tokens that are right, one of each kind of signature; by {@code alg}. */
    public Map<String, String> ofEachAlgorithm() {
        Map<String, String> tokens = new TreeMap<>();
        tokens.put("ES384", token());
        tokens.put(
                "ES256",
                signedAs("ES256", "es256", input -> nimbus(new ECDSASigner(es256), JWSAlgorithm.ES256, input)));
        for (String name : List.of("RS256", "RS512", "PS256")) {
            tokens.put(
                    name,
                    signedAs(name, "rsa", input -> nimbus(new RSASSASigner(rsa), JWSAlgorithm.parse(name), input)));
        }
        tokens.put("EdDSA", signedAs("EdDSA", "ed25519", this::edwardsSignature));
        tokens.put("Ed25519", signedAs("Ed25519", "ed25519", this::edwardsSignature));
        return tokens;
    }

    /** Attacks on the signature, and what the log says of each. */
    public Map<String, String> forgeries() {
        String claims = claims().build().toString();
        JsonObject attackersKey = Json.createReader(
                        new java.io.StringReader(attacker.toPublicJWK().toJSONString()))
                .readObject();
        Map<String, String> forgeries = new TreeMap<>();
        forgeries.put("alg none", base64("{\"alg\":\"none\",\"typ\":\"at+jwt\"}") + "." + base64(claims) + ".");
        forgeries.put("HMAC with the public key", hmac(es384.toPublicJWK().toJSONString(), claims));
        forgeries.put("signed by somebody else", byAttacker(header(), claims));
        forgeries.put("jku", byAttacker(header().add("jku", "http://localhost:1/keys"), claims));
        forgeries.put("x5u", byAttacker(header().add("x5u", "http://localhost:1/keys"), claims));
        forgeries.put("jwk", byAttacker(header().add("jwk", attackersKey), claims));
        forgeries.put("jwk without kid", byAttacker(header().remove("kid").add("jwk", attackersKey), claims));
        forgeries.put("unknown kid", byAttacker(header().add("kid", "never-seen"), claims));
        String right = token();
        forgeries.put("no signature", right.substring(0, right.lastIndexOf('.') + 1));
        forgeries.put(
                "other claims under the signature",
                right.replaceFirst(
                        "\\..*\\.",
                        "." + base64(claims().add("sub", "mefx2umquwbs").build().toString()) + "."));
        forgeries.put(
                "zero signature", right.substring(0, right.lastIndexOf('.') + 1) + Base64URL.encode(new byte[96]));
        forgeries.put(
                "key of another kind",
                signedAs("ES384", "rsa", input -> nimbus(new ECDSASigner(es384), JWSAlgorithm.ES384, input)));
        forgeries.put("RSA key of 1024 bits", signedAs("RS256", "weak", this::weakSignature));
        return forgeries;
    }

    private String byAttacker(JsonObjectBuilder header, String claims) {
        return sign(
                header.build().toString(),
                claims,
                input -> nimbus(new ECDSASigner(attacker), JWSAlgorithm.ES384, input));
    }

    private String signedAs(String algorithm, String keyId, Signer signer) {
        return sign(
                header().add("alg", algorithm).add("kid", keyId).build().toString(),
                claims().build().toString(),
                signer);
    }

    private static String hmac(String secret, String claims) {
        return sign(
                "{\"alg\":\"HS256\",\"typ\":\"at+jwt\",\"kid\":\"" + KEY_ID + "\"}",
                claims,
                input -> nimbus(new MACSigner(secret), JWSAlgorithm.HS256, input));
    }

    @FunctionalInterface
    private interface Signer {
        Base64URL sign(byte[] input) throws JOSEException, GeneralSecurityException;
    }

    private static String sign(String header, String claims, Signer signer) {
        String input = base64(header) + "." + base64(claims);
        try {
            return input + "." + signer.sign(input.getBytes(StandardCharsets.US_ASCII));
        } catch (JOSEException | GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Base64URL nimbus(JWSSigner signer, JWSAlgorithm algorithm, byte[] input) throws JOSEException {
        return signer.sign(new JWSHeader(algorithm), input);
    }

    private Base64URL edwardsSignature(byte[] input) throws GeneralSecurityException {
        Signature signature = Signature.getInstance("Ed25519");
        signature.initSign(edwards.getPrivate());
        signature.update(input);
        return Base64URL.encode(signature.sign());
    }

    private Base64URL weakSignature(byte[] input) throws GeneralSecurityException, JOSEException {
        Signature signature = Signature.getInstance("SHA256withRSA");
        signature.initSign(weakRsa.toPrivateKey());
        signature.update(input);
        return Base64URL.encode(signature.sign());
    }

    private static String base64(String text) {
        return Base64URL.encode(text.getBytes(StandardCharsets.UTF_8)).toString();
    }

    private static ECKey elliptic(Curve curve, String keyId) {
        try {
            return new ECKeyGenerator(curve).keyID(keyId).generate();
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
    }

    private static RSAKey rsa() {
        try {
            return new RSAKeyGenerator(2048).keyID("rsa").generate();
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
    }

    private static RSAKey weakRsa() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
            generator.initialize(1024);
            KeyPair pair = generator.generateKeyPair();
            return new RSAKey.Builder((RSAPublicKey) pair.getPublic())
                    .privateKey((RSAPrivateKey) pair.getPrivate())
                    .keyID("weak")
                    .build();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static KeyPair edwards() {
        try {
            return KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }
}
