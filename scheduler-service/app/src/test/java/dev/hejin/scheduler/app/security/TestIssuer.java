package dev.hejin.scheduler.app.security;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.util.Base64;
import java.util.List;
import org.jose4j.jwk.JsonWebKeySet;
import org.jose4j.jwk.PublicJsonWebKey;
import org.jose4j.jws.AlgorithmIdentifiers;
import org.jose4j.jws.JsonWebSignature;
import org.jose4j.jwt.JwtClaims;
import org.jose4j.jwt.NumericDate;
import org.jose4j.lang.JoseException;

/** Signs tokens for tests. */
final class TestIssuer {
  private final String name;
  private final KeyPair keys;

  TestIssuer(String name) {
    this(name, pair());
  }

  private TestIssuer(String name, KeyPair keys) {
    this.name = name;
    this.keys = keys;
  }

  /** The same keys under another name. */
  TestIssuer as(String other) {
    return new TestIssuer(other, keys);
  }

  /** Writes the public key to one file, over what was there. */
  Path publicKey(Path folder) {
    try {
      return Files.writeString(
          folder.resolve("issuer.pem"),
          "-----BEGIN PUBLIC KEY-----\n"
              + Base64.getMimeEncoder().encodeToString(keys.getPublic().getEncoded())
              + "\n-----END PUBLIC KEY-----\n");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The public key as a key set, under an id. */
  String keySet(String id) {
    try {
      PublicJsonWebKey key = PublicJsonWebKey.Factory.newPublicJwk(keys.getPublic());
      key.setKeyId(id);
      key.setUse("sig");
      key.setAlgorithm(AlgorithmIdentifiers.RSA_USING_SHA256);
      return new JsonWebKeySet(key).toJson();
    } catch (JoseException e) {
      throw new IllegalStateException(e);
    }
  }

  String token(String subject, String audience, int seconds, String... groups) {
    return tokenOf("", subject, audience, seconds, groups);
  }

  /** A token that names its key. */
  String tokenOf(String keyId, String subject, String audience, int seconds, String... groups) {
    try {
      JsonWebSignature signature = new JsonWebSignature();
      signature.setPayload(claims(subject, audience, seconds, groups).toJson());
      signature.setKey(keys.getPrivate());
      signature.setHeader("typ", "JWT");
      if (!keyId.isEmpty()) {
        signature.setKeyIdHeaderValue(keyId);
      }
      signature.setAlgorithmHeaderValue(AlgorithmIdentifiers.RSA_USING_SHA256);
      return signature.getCompactSerialization();
    } catch (JoseException e) {
      throw new IllegalStateException(e);
    }
  }

  /** With the algorithm "none". */
  String unsigned(String subject, String audience) {
    return text("{\"alg\":\"none\",\"typ\":\"JWT\"}")
        + "."
        + text(claims(subject, audience, 60, "hejin:admin").toJson())
        + ".";
  }

  private static String text(String json) {
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString(json.getBytes(StandardCharsets.UTF_8));
  }

  private JwtClaims claims(String subject, String audience, int seconds, String... groups) {
    JwtClaims claims = new JwtClaims();
    claims.setIssuer(name);
    claims.setSubject(subject);
    claims.setAudience(audience);
    claims.setStringListClaim("groups", List.of(groups));
    NumericDate now = NumericDate.now();
    claims.setIssuedAt(NumericDate.fromSeconds(now.getValue() - 300));
    claims.setExpirationTime(NumericDate.fromSeconds(now.getValue() + seconds));
    claims.setGeneratedJwtId();
    return claims;
  }

  private static KeyPair pair() {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
      generator.initialize(2048);
      return generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }
}
