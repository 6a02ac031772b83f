package dev.hejin.testing;

import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Date;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.openssl.jcajce.JcaPEMWriter;
import org.bouncycastle.openssl.jcajce.JcaPKCS8Generator;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/** Signs certificates for tests. */
public final class TestAuthority {
  private static final AtomicLong SERIAL = new AtomicLong(System.nanoTime());

  private final KeyPair keys = pair();
  private final X500Name name;
  private final X509Certificate certificate;

  public TestAuthority(String commonName) {
    this.name = new X500Name("CN=" + commonName);
    this.certificate = sign(name, keys, true);
  }

  /** Paths of PEM files that belong together. */
  public record Files3(Path trust, Path certificate, Path key) {}

  /**
   * Writes NAME.pem, NAME.key and NAME.ca.pem, over what was there.
   *
   * @param subject such as {@code O=hejin:agent,CN=node-1}
   * @param alternatives such as {@code DNS:node-1}, {@code IP:127.0.0.1}, {@code URI:x}
   */
  public Files3 issue(Path folder, String fileName, String subject, String... alternatives) {
    KeyPair pair = pair();
    X509Certificate issued = sign(new X500Name(subject), pair, false, alternatives);
    Files3 files =
        new Files3(
            folder.resolve(fileName + ".ca.pem"),
            folder.resolve(fileName + ".pem"),
            folder.resolve(fileName + ".key"));
    try {
      write(files.trust(), certificate);
      write(files.certificate(), issued);
      write(files.key(), new JcaPKCS8Generator(pair.getPrivate(), null));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return files;
  }

  /** The authority's own certificate. */
  public X509Certificate certificate() {
    return certificate;
  }

  private X509Certificate sign(
      X500Name subject, KeyPair pair, boolean authority, String... alternatives) {
    try {
      Instant now = Instant.now();
      X509v3CertificateBuilder builder =
          new JcaX509v3CertificateBuilder(
              name,
              BigInteger.valueOf(SERIAL.incrementAndGet()),
              Date.from(now.minus(1, ChronoUnit.HOURS)),
              Date.from(now.plus(1, ChronoUnit.DAYS)),
              subject,
              pair.getPublic());
      builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(authority));
      if (alternatives.length > 0) {
        builder.addExtension(
            Extension.subjectAlternativeName,
            false,
            new GeneralNames(
                Stream.of(alternatives)
                    .map(TestAuthority::alternative)
                    .toArray(GeneralName[]::new)));
      }
      return new JcaX509CertificateConverter()
          .getCertificate(
              builder.build(
                  new JcaContentSignerBuilder("SHA256withECDSA").build(keys.getPrivate())));
    } catch (GeneralSecurityException | OperatorCreationException | IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private static GeneralName alternative(String text) {
    String value = text.substring(text.indexOf(':') + 1);
    return switch (text.substring(0, text.indexOf(':'))) {
      case "DNS" -> new GeneralName(GeneralName.dNSName, value);
      case "IP" -> new GeneralName(GeneralName.iPAddress, value);
      case "URI" -> new GeneralName(GeneralName.uniformResourceIdentifier, value);
      default -> throw new IllegalArgumentException(text);
    };
  }

  private static void write(Path file, Object content) throws IOException {
    StringWriter text = new StringWriter();
    try (JcaPEMWriter writer = new JcaPEMWriter(text)) {
      writer.writeObject(content);
    }
    Files.writeString(file, text.toString());
  }

  private static KeyPair pair() {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(256);
      return generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }
}
