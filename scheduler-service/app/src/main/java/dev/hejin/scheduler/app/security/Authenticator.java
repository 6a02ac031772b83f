package dev.hejin.scheduler.app.security;

import dev.hejin.scheduler.app.config.SecurityConfig;
import dev.hejin.scheduler.app.port.Caller;
import dev.hejin.transport.BearerToken;
import io.grpc.Attributes;
import io.grpc.Grpc;
import io.grpc.Metadata;
import java.security.cert.X509Certificate;
import java.util.Optional;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;

/**
 * Finds out who calls: by token, else by certificate. A scheduler that knows neither asks nobody.
 */
final class Authenticator {
  private final CertificateIdentity certificates;
  private final Optional<TokenIdentity> tokens;
  private final Caller withoutProof;

  Authenticator(SecurityConfig settings) {
    this.certificates = new CertificateIdentity(settings.certificateRoles());
    this.tokens =
        settings
            .token()
            .key()
            .map(key -> new TokenIdentity(settings.token(), settings.tls().reloadPeriod()));
    boolean asks = tokens.isPresent() || settings.tls().certificate().isPresent();
    this.withoutProof = asks ? Caller.NOBODY : Caller.LOCAL;
  }

  /**
   * @throws AccessException when a proof is brought that does not hold
   */
  Caller caller(Attributes transport, Metadata headers) throws AccessException {
    String authorization = headers.get(BearerToken.AUTHORIZATION);
    if (authorization != null) {
      return byToken(authorization);
    }
    SSLSession session = transport.get(Grpc.TRANSPORT_ATTR_SSL_SESSION);
    if (session != null) {
      try {
        return certificates.caller((X509Certificate) session.getPeerCertificates()[0]);
      } catch (SSLPeerUnverifiedException e) {
        return withoutProof;
      }
    }
    return withoutProof;
  }

  private Caller byToken(String authorization) throws AccessException {
    if (tokens.isEmpty()) {
      throw new AccessException(
          "a token came, and this scheduler takes none"
              + "\nMaybe set hejin.security.token.key there, or leave the token file out.");
    }
    if (!authorization.regionMatches(true, 0, BearerToken.PREFIX, 0, BearerToken.PREFIX.length())) {
      throw new AccessException(
          "the authorization header holds no bearer token\nMaybe it is meant for a proxy.");
    }
    return tokens.get().caller(authorization.substring(BearerToken.PREFIX.length()).strip());
  }
}
