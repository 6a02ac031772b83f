package dev.hejin.transport;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * PEM files of one end of a connection.
 *
 * @param trust certificates of the authorities that sign the other end's; null: the JDK's own
 * @param certificate chain of this end, its own first; null: none
 * @param key PKCS#8, not encrypted; there exactly when the certificate is
 */
public record TlsFiles(@Nullable Path trust, @Nullable Path certificate, @Nullable Path key) {
  public TlsFiles {
    if ((certificate == null) != (key == null)) {
      throw new IllegalArgumentException(
          (key == null ? "certificate is " + certificate : "key is " + key)
              + " without its "
              + (key == null ? "key" : "certificate")
              + "\nMaybe give both, or neither.");
    }
  }
}
