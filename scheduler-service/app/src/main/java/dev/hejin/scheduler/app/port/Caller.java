package dev.hejin.scheduler.app.port;

import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * Who calls.
 *
 * @param name subject of the certificate or of the token, for people
 * @param roles that it has; none is possible
 * @param nodes names that it may give to a node
 * @param kind how it is known
 */
public record Caller(String name, Set<Role> roles, Set<String> nodes, Kind kind) {
  /** How a caller is known. */
  public enum Kind {
    /** By a certificate. */
    CERTIFICATE,
    /** By a token. */
    TOKEN,
    /** Not at all, on a scheduler that asks nobody: may do everything. */
    TRUSTED,
    /** Not at all, on a scheduler that asks. */
    UNKNOWN
  }

  /** On loopback without TLS. */
  public static final Caller LOCAL =
      new Caller("anonymous", EnumSet.of(Role.ADMIN, Role.AGENT), Set.of(), Kind.TRUSTED);

  /** Has shown neither certificate nor token. */
  public static final Caller NOBODY = new Caller("anonymous", Set.of(), Set.of(), Kind.UNKNOWN);

  public Caller {
    roles = Set.copyOf(roles);
    nodes = Set.copyOf(nodes);
  }

  public boolean may(Role least) {
    return roles.stream().anyMatch(role -> role.includes(least));
  }

  /** Whether a node of this name may be this caller's. */
  public boolean speaksFor(String node) {
    return kind == Kind.TRUSTED || nodes.contains(node);
  }

  /** Roles in words, sorted. */
  public List<String> roleTexts() {
    return roles.stream().sorted().map(Role::text).toList();
  }

  /** Names of nodes, sorted. */
  public Set<String> sortedNodes() {
    return new TreeSet<>(nodes);
  }
}
