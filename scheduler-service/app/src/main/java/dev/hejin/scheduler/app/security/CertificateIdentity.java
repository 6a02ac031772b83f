package dev.hejin.scheduler.app.security;

import dev.hejin.scheduler.app.config.SecurityConfig;
import dev.hejin.scheduler.app.port.Caller;
import dev.hejin.scheduler.app.port.Role;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.naming.InvalidNameException;
import javax.naming.ldap.LdapName;
import javax.naming.ldap.Rdn;
import org.jspecify.annotations.Nullable;

/** Makes a caller of a certificate that the transport has verified. */
final class CertificateIdentity {
  /** Kinds of subject alternative names, RFC 5280, 4.2.1.6. */
  private static final int EMAIL = 1;

  private static final int DNS = 2;
  private static final int URI = 6;

  private final Map<Role, List<Pattern>> patterns = new EnumMap<>(Role.class);

  CertificateIdentity(SecurityConfig.CertificateRoles roles) {
    patterns.put(Role.AGENT, compiled(roles.agent()));
    patterns.put(Role.VIEWER, compiled(roles.viewer()));
    patterns.put(Role.OPERATOR, compiled(roles.operator()));
    patterns.put(Role.ADMIN, compiled(roles.admin()));
  }

  private static List<Pattern> compiled(List<String> globs) {
    return globs.stream().map(CertificateIdentity::compiled).toList();
  }

  private static Pattern compiled(String glob) {
    return Pattern.compile(
        Stream.of(glob.strip().split("\\*", -1))
            .map(part -> part.isEmpty() ? "" : Pattern.quote(part))
            .collect(Collectors.joining(".*")));
  }

  /**
   * @throws AccessException when its names cannot be read
   */
  Caller caller(X509Certificate certificate) throws AccessException {
    List<String> names = new ArrayList<>();
    Set<String> nodes = new TreeSet<>();
    String subject = certificate.getSubjectX500Principal().getName();
    try {
      for (Rdn rdn : new LdapName(subject).getRdns()) {
        String value = String.valueOf(rdn.getValue());
        names.add(rdn.getType() + "=" + value);
        if (rdn.getType().equalsIgnoreCase("CN")) {
          nodes.add(value);
        }
      }
      addAlternatives(certificate.getSubjectAlternativeNames(), names, nodes);
    } catch (InvalidNameException | CertificateParsingException e) {
      throw new AccessException(
          "the certificate of '"
              + subject
              + "' has names that cannot be read"
              + "\nMaybe its issuer writes a form that RFC 5280 does not know.");
    }
    return new Caller(
        subject.isEmpty() ? String.join(",", names) : subject,
        roles(names),
        nodes,
        Caller.Kind.CERTIFICATE);
  }

  private static void addAlternatives(
      @Nullable Collection<List<?>> alternatives, List<String> names, Set<String> nodes) {
    if (alternatives == null) {
      return;
    }
    for (List<?> alternative : alternatives) {
      String value = String.valueOf(alternative.get(1));
      switch ((Integer) alternative.get(0)) {
        case EMAIL -> names.add("EMAIL:" + value);
        case DNS -> {
          names.add("DNS:" + value);
          nodes.add(value);
        }
        case URI -> {
          names.add("URI:" + value);
          nodes.add(value.substring(value.lastIndexOf('/') + 1));
        }
        default -> {
          // An address says where somebody is, not who.
        }
      }
    }
  }

  private Set<Role> roles(List<String> names) {
    Set<Role> roles = EnumSet.noneOf(Role.class);
    patterns.forEach(
        (role, globs) -> {
          if (globs.stream()
              .anyMatch(glob -> names.stream().anyMatch(name -> glob.matcher(name).matches()))) {
            roles.add(role);
          }
        });
    return roles;
  }
}
