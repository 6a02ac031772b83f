package dev.hejin.scheduler.app.security;

import dev.hejin.scheduler.app.config.SecurityConfig;
import dev.hejin.scheduler.app.port.Caller;
import dev.hejin.scheduler.app.port.Role;
import io.quarkus.runtime.configuration.ConfigurationException;
import io.smallrye.jwt.algorithm.SignatureAlgorithm;
import io.smallrye.jwt.auth.principal.DefaultJWTParser;
import io.smallrye.jwt.auth.principal.JWTAuthContextInfo;
import io.smallrye.jwt.auth.principal.JWTParser;
import io.smallrye.jwt.auth.principal.ParseException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Set;
import org.eclipse.microprofile.jwt.JsonWebToken;
import org.jboss.logging.Logger;

/**
 * Makes a caller of a bearer token: a JWT of the configured issuer, for the configured audience,
 * not expired, signed by a key of the file or of the URL.
 */
final class TokenIdentity {
  private static final Logger LOG = Logger.getLogger(TokenIdentity.class);

  /** How old keys of a URL may become, and how often an unknown key makes them be read again. */
  private static final int REFRESH_MINUTES = 10;

  private static final int FORCED_REFRESH_MINUTES = 1;

  private final SecurityConfig.Token settings;
  private final String location;
  private final boolean isFile;
  private final long lookNanos;
  private volatile Keys keys;
  private volatile long lookedNanos = System.nanoTime();

  private record Keys(String text, JWTParser parser) {}

  /**
   * @throws ConfigurationException when the key file cannot be read, or the URL is not encrypted
   */
  TokenIdentity(SecurityConfig.Token settings, Duration reloadPeriod) {
    this.lookNanos = reloadPeriod.toNanos();
    this.settings = settings;
    this.location = settings.key().orElseThrow();
    if (location.startsWith("http://")) {
      throw new ConfigurationException(
          "hejin.security.token.key is "
              + location
              + ": keys that come unencrypted prove nothing"
              + "\nMaybe the issuer has them at https://, or put them into a file.");
    }
    this.isFile = !location.startsWith("https://");
    try {
      this.keys = isFile ? ofFile() : new Keys("", parser(info(true, location)));
    } catch (IOException e) {
      throw new ConfigurationException(
          "hejin.security.token.key is "
              + location
              + ", which cannot be read\nMaybe the path or its rights are wrong.");
    }
  }

  private Keys ofFile() throws IOException {
    String text = Files.readString(Path.of(location));
    return new Keys(text, parser(info(false, text)));
  }

  private static JWTParser parser(JWTAuthContextInfo info) {
    return new DefaultJWTParser(info);
  }

  private JWTAuthContextInfo info(boolean isLocation, String value) {
    JWTAuthContextInfo info = new JWTAuthContextInfo();
    if (isLocation) {
      info.setPublicKeyLocation(value);
      info.setJwksRefreshInterval(REFRESH_MINUTES);
      info.setForcedJwksRefreshInterval(FORCED_REFRESH_MINUTES);
      settings.trust().ifPresent(info::setTlsCertificatePath);
    } else {
      info.setPublicKeyContent(value);
    }
    settings.issuer().ifPresent(info::setIssuedBy);
    info.setExpectedAudience(Set.of(settings.audience()));
    info.setGroupsPath(settings.roleClaim());
    info.setSignatureAlgorithm(Set.of(SignatureAlgorithm.fromAlgorithm(settings.algorithm())));
    return info;
  }

  /** Uses the key file as it is now. A file that cannot be read leaves the old keys in force. */
  private void refresh() {
    long now = System.nanoTime();
    if (!isFile || now - lookedNanos < lookNanos) {
      return;
    }
    lookedNanos = now;
    try {
      if (!Files.readString(Path.of(location)).equals(keys.text())) {
        keys = ofFile();
        LOG.infof("token keys have changed and are in force: %s", location);
      }
    } catch (IOException e) {
      LOG.warnf("token keys cannot be read, the old stay in force: %s", location);
    }
  }

  /**
   * @throws AccessException when the token does not hold
   */
  Caller caller(String token) throws AccessException {
    refresh();
    try {
      JsonWebToken jwt = keys.parser().parse(token);
      String subject = jwt.getSubject() == null ? "" : jwt.getSubject();
      String name = jwt.getName() == null ? subject : jwt.getName();
      return new Caller(
          name.isEmpty() ? "token without a subject" : name,
          roles(jwt.getGroups() == null ? Set.of() : jwt.getGroups()),
          subject.isEmpty() ? Set.of() : Set.of(subject),
          Caller.Kind.TOKEN);
    } catch (ParseException e) {
      LOG.debugf(e, "a token was refused");
      throw new AccessException(
          "the bearer token does not hold: it has expired, is of another issuer or audience ('"
              + settings.audience()
              + "' is wanted), or is signed by a key that is not known"
              + "\nMaybe get a new one and put it into the token file.");
    }
  }

  private Set<Role> roles(Set<String> groups) {
    Set<Role> roles = EnumSet.noneOf(Role.class);
    for (Role role : Role.values()) {
      if (groups.contains(settings.rolePrefix() + role.text())) {
        roles.add(role);
      }
    }
    return roles;
  }
}
