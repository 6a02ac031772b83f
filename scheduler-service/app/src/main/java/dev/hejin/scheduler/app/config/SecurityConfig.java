package dev.hejin.scheduler.app.config;

import io.smallrye.config.WithDefault;
import io.smallrye.config.WithName;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Who may do what, and how much of it; prefix {@code hejin.security}. */
public interface SecurityConfig {
  /**
   * Lets the scheduler listen beyond this machine without TLS: whoever reaches it may do
   * everything, unless tokens are asked for.
   */
  @WithDefault("false")
  boolean allowPlaintext();

  /** TLS of the gRPC port, and of the HTTP port beside it. */
  Tls tls();

  /** Which certificates have which role. */
  CertificateRoles certificateRoles();

  /** Bearer tokens. */
  Token token();

  /** How much one caller, and all together, may ask for. */
  Limits limits();

  /** Who changed what. */
  Audit audit();

  /** TLS; on when there is a certificate. */
  interface Tls {
    /** PEM file with the scheduler's chain, its own certificate first. */
    Optional<String> certificate();

    /** PEM file with its key: PKCS#8, not encrypted. */
    Optional<String> key();

    /**
     * PEM file with the authorities that sign clients' certificates. Without it clients have none
     * and must bring tokens.
     */
    Optional<String> trust();

    /** The files are looked at again this often. */
    @WithDefault("10s")
    Duration reloadPeriod();
  }

  /**
   * A certificate has a role when one of the patterns fits one of its names: {@code CN=x}, {@code
   * O=x}, {@code OU=x} of the subject, {@code DNS:x}, {@code URI:x}, {@code EMAIL:x} of the SAN. A
   * {@code *} stands for anything.
   */
  interface CertificateRoles {
    /** Nodes. */
    @WithDefault("O=hejin:agent")
    List<String> agent();

    /** Reads and plans. */
    @WithDefault("O=hejin:viewer")
    List<String> viewer();

    /** Changes, deletions excepted. */
    @WithDefault("O=hejin:operator")
    List<String> operator();

    /** Everything but to speak for a node. */
    @WithDefault("O=hejin:admin")
    List<String> admin();
  }

  /** JWTs; on when there is a key. */
  interface Token {
    /**
     * File with the issuer's public key (PEM) or keys (JWKS), or the https URL of the latter. A
     * file is read again when it changes, a URL when a token names a key that is not known.
     */
    Optional<String> key();

    /**
     * File with the authorities (PEM) that sign the URL's certificate; the JVM's own when absent.
     */
    Optional<String> trust();

    /** What {@code iss} must be; any when not given. */
    Optional<String> issuer();

    /** What {@code aud} must hold. */
    @WithDefault("hejin")
    String audience();

    /** Claim with the roles, as a path with slashes. */
    @WithDefault("groups")
    String roleClaim();

    /** What stands before agent, viewer, operator, admin in it. */
    @WithDefault("hejin:")
    String rolePrefix();

    /** The one kind of signature that is taken, such as RS256 or ES256. */
    @WithDefault("RS256")
    String algorithm();
  }

  /** How much one caller, and all together, may ask for. */
  interface Limits {
    /** Calls of one caller that are open at a time, streams among them. */
    @WithDefault("1000")
    int streamsPerPeer();

    /** Calls on one connection that are open at a time; further ones wait at the caller. */
    @WithDefault("1000")
    int streamsPerConnection();

    /** Requests of all callers that wait for an answer; open streams do not count. */
    @WithDefault("1000")
    int requestsInFlight();

    /** A connection without calls is closed after this long. */
    @WithDefault("5m")
    Duration idle();

    /** A silent connection is asked for a sign of life after this long. */
    @WithDefault("30s")
    Duration keepAlive();

    /** And closed when none comes for so long. */
    @WithDefault("10s")
    Duration keepAliveTimeout();
  }

  /** Who changed what. */
  interface Audit {
    /** Topic; created with one partition. */
    @WithDefault("hejin.audit")
    String topic();

    /** Whether it is written. */
    @WithDefault("true")
    boolean enabled();

    /** Events that wait for the broker; what comes beyond is counted and dropped. */
    @WithDefault("10000")
    @WithName("buffer-events")
    int bufferEvents();

    /** How long the broker keeps them, where the scheduler creates the topic. */
    @WithDefault("90d")
    Duration retention();
  }
}
