package dev.hejin.transport;

import static java.util.Objects.requireNonNull;

import io.grpc.util.AdvancedTlsX509KeyManager;
import io.grpc.util.AdvancedTlsX509TrustManager;
import io.grpc.util.AdvancedTlsX509TrustManager.Verification;
import io.grpc.util.CertificateUtils;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import javax.net.ssl.KeyManager;
import javax.net.ssl.TrustManager;
import org.jspecify.annotations.Nullable;

/**
 * Key, certificate and trust of one end, as the files have them now.
 *
 * <p>Connections that are made after a change use what changed; those that are open stay. Files are
 * compared by content, so that links which are turned to another folder count as a change, as
 * Kubernetes does it with secrets. Nothing is taken over unless all files are good together: the
 * old stays in force.
 */
public final class PemIdentity implements AutoCloseable {
  /** Which end of a connection this is. */
  public enum End {
    /** Checks certificates of clients. */
    SERVER,
    /** Checks the server's certificate and that it names the host. */
    CLIENT
  }

  private static final String PROOF = "SHA256with";

  private final TlsFiles files;
  private final AdvancedTlsX509KeyManager keys = new AdvancedTlsX509KeyManager();
  private final AdvancedTlsX509TrustManager trust;
  private @Nullable Contents current;
  private @Nullable ScheduledExecutorService watcher;
  private String lastFailure = "";

  private record Contents(byte[] trust, byte[] certificate, byte[] key) {
    boolean same(@Nullable Contents other) {
      return other != null
          && Arrays.equals(trust, other.trust)
          && Arrays.equals(certificate, other.certificate)
          && Arrays.equals(key, other.key);
    }
  }

  private PemIdentity(TlsFiles files, End end) throws CertificateException {
    this.files = files;
    this.trust =
        AdvancedTlsX509TrustManager.newBuilder()
            .setVerification(
                end == End.CLIENT
                    ? Verification.CERTIFICATE_AND_HOST_NAME_VERIFICATION
                    : Verification.CERTIFICATE_ONLY_VERIFICATION)
            .build();
  }

  /**
   * Reads the files.
   *
   * @throws IllegalArgumentException when one cannot be read or is not what it should be
   */
  public static PemIdentity open(TlsFiles files, End end) {
    try {
      PemIdentity identity = new PemIdentity(files, end);
      if (files.trust() == null) {
        identity.trust.useSystemDefaultTrustCerts();
      }
      identity.take(identity.read());
      return identity;
    } catch (IOException e) {
      throw new IllegalArgumentException(text(e), e);
    } catch (GeneralSecurityException e) {
      throw new IllegalArgumentException("TLS cannot be set up: " + text(e), e);
    }
  }

  /** For a TLS context; empty when this end has no certificate. */
  public Optional<KeyManager> keyManager() {
    return files.key() == null ? Optional.empty() : Optional.of(keys);
  }

  /** For a TLS context. */
  public TrustManager trustManager() {
    return trust;
  }

  /**
   * Reads the files again from now on.
   *
   * @param period from one look to the next
   * @param log told of each change, and once of each failure
   */
  public synchronized void watch(Duration period, Consumer<String> log) {
    if (watcher != null) {
      throw new IllegalStateException("the files are watched already");
    }
    ScheduledExecutorService executor =
        Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("hejin-certificates").daemon().factory());
    watcher = executor;
    var unused =
        executor.scheduleWithFixedDelay(
            () -> look(log), period.toMillis(), period.toMillis(), TimeUnit.MILLISECONDS);
  }

  private void look(Consumer<String> log) {
    try {
      if (refresh()) {
        log.accept("TLS files have changed and are in force: " + described());
      }
      lastFailure = "";
    } catch (IllegalArgumentException e) {
      String failure = text(e).replace('\n', ' ');
      if (!failure.equals(lastFailure)) {
        lastFailure = failure;
        log.accept("TLS files have changed and are not used, the old stay in force: " + failure);
      }
    }
  }

  /** Subject and end of the certificate, never the key. */
  private String described() {
    X509Certificate[] chain = keys.getCertificateChain("default");
    return chain == null || chain.length == 0
        ? String.valueOf(files.trust())
        : chain[0].getSubjectX500Principal().getName()
            + " until "
            + chain[0].getNotAfter().toInstant();
  }

  /**
   * Takes over what has changed.
   *
   * @return whether something had
   * @throws IllegalArgumentException when the files are not good together; the old stays in force
   */
  public synchronized boolean refresh() {
    try {
      Contents now = read();
      if (now.same(current)) {
        return false;
      }
      take(now);
      return true;
    } catch (IOException | GeneralSecurityException e) {
      throw new IllegalArgumentException(text(e), e);
    }
  }

  private Contents read() throws IOException {
    return new Contents(
        bytes("trust", files.trust()),
        bytes("certificate", files.certificate()),
        bytes("key", files.key()));
  }

  private static byte[] bytes(String field, @Nullable Path file) throws IOException {
    if (file == null) {
      return new byte[0];
    }
    try {
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw new IOException(
          field + " is " + file + ", which cannot be read\nMaybe the path or its rights are wrong.",
          e);
    }
  }

  private void take(Contents now) throws IOException, GeneralSecurityException {
    X509Certificate[] authorities =
        files.trust() == null
            ? new X509Certificate[0]
            : certificates("trust", files.trust(), now.trust());
    if (files.certificate() != null && files.key() != null) {
      X509Certificate[] chain = certificates("certificate", files.certificate(), now.certificate());
      PrivateKey key = key(files.key(), now.key());
      checkPair(files.certificate(), chain[0], files.key(), key);
      keys.updateIdentityCredentials(chain, key);
    }
    if (authorities.length > 0) {
      trust.updateTrustCredentials(authorities);
    }
    current = now;
  }

  private static X509Certificate[] certificates(String field, Path file, byte[] pem) {
    try {
      X509Certificate[] chain = CertificateUtils.getX509Certificates(new ByteArrayInputStream(pem));
      if (chain.length > 0) {
        return chain;
      }
    } catch (CertificateException e) {
      // Told below, as a file without any certificate is.
    }
    throw new IllegalArgumentException(
        field
            + " is "
            + file
            + ", which holds no PEM certificates\nMaybe it is a DER file or a key.");
  }

  private static PrivateKey key(Path file, byte[] pem) throws IOException {
    try {
      if (new String(pem, StandardCharsets.US_ASCII).contains("BEGIN PRIVATE KEY")) {
        return CertificateUtils.getPrivateKey(new ByteArrayInputStream(pem));
      }
    } catch (GeneralSecurityException e) {
      // Told below.
    }
    throw new IllegalArgumentException(
        "key is "
            + file
            + ", which holds no PKCS#8 key of RSA or elliptic curves"
            + "\nMaybe convert it: openssl pkcs8 -topk8 -nocrypt -in KEY -out KEY.pk8");
  }

  /** While files are exchanged one by one, a new certificate may lie beside an old key. */
  private static void checkPair(
      Path certificateFile, X509Certificate certificate, Path keyFile, PrivateKey key)
      throws GeneralSecurityException {
    Signature signature =
        Signature.getInstance(PROOF + (key.getAlgorithm().equals("EC") ? "ECDSA" : "RSA"));
    byte[] text = "hejin".getBytes(StandardCharsets.US_ASCII);
    boolean fits;
    try {
      signature.initSign(key);
      signature.update(text);
      byte[] signed = signature.sign();
      signature.initVerify(certificate.getPublicKey());
      signature.update(text);
      fits = signature.verify(signed);
    } catch (GeneralSecurityException e) {
      fits = false;
    }
    if (!fits) {
      throw new IllegalArgumentException(
          "key is "
              + keyFile
              + ", which is not the key of "
              + certificateFile
              + "\nMaybe only one of the two was exchanged.");
    }
  }

  private static String text(Throwable e) {
    return requireNonNull(e.getMessage() == null ? e.toString() : e.getMessage());
  }

  @Override
  public synchronized void close() {
    if (watcher != null) {
      watcher.shutdownNow();
    }
  }
}
