package dev.hejin.scheduler.app.config;

import io.smallrye.config.ConfigSourceContext;
import io.smallrye.config.ConfigSourceFactory;
import io.smallrye.config.ConfigValue;
import io.smallrye.config.PropertiesConfigSource;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.eclipse.microprofile.config.spi.ConfigSource;

/**
 * Gives the HTTP pages (health, metrics) the certificate of the gRPC port, by Quarkus' TLS
 * registry, which reads it again as often. Readers of the pages need no certificate. What is set by
 * hand goes before.
 */
public final class PagesTls implements ConfigSourceFactory {
  private static final int BELOW_ALL_FILES = 110;

  @Override
  public Iterable<ConfigSource> getConfigSources(ConfigSourceContext context) {
    String certificate = value(context, "hejin.security.tls.certificate");
    String key = value(context, "hejin.security.tls.key");
    // What cannot be read is told, in plain words, by the port that these files are for.
    if (!isReadable(certificate) || !isReadable(key)) {
      return List.of();
    }
    String period = value(context, "hejin.security.tls.reload-period");
    Map<String, String> settings = new HashMap<>();
    settings.put("quarkus.tls.pages.key-store.pem.0.cert", certificate);
    settings.put("quarkus.tls.pages.key-store.pem.0.key", key);
    settings.put("quarkus.tls.pages.reload-period", period.isEmpty() ? "10s" : period);
    settings.put("quarkus.http.tls-configuration-name", "pages");
    settings.put("quarkus.http.insecure-requests", "disabled");
    settings.put("quarkus.http.ssl-port", value(context, "quarkus.http.port"));
    return List.of(new PropertiesConfigSource(settings, "hejin-pages-tls", BELOW_ALL_FILES));
  }

  private static boolean isReadable(String file) {
    return !file.isEmpty() && Files.isReadable(Path.of(file));
  }

  private static String value(ConfigSourceContext context, String name) {
    ConfigValue value = context.getValue(name);
    return value == null || value.getValue() == null ? "" : value.getValue();
  }

  @Override
  public OptionalInt getPriority() {
    return OptionalInt.of(BELOW_ALL_FILES);
  }
}
