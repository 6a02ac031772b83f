package dev.hejin.agent.app.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import javax.net.ssl.HttpsURLConnection;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/**
 * Reads objects of the API server, as the account of this pod. The token is read for each question,
 * for Kubernetes replaces it.
 */
final class KubernetesApi {
  private static final int CONNECT_MILLIS = 2_000;
  private static final int READ_MILLIS = 5_000;
  private static final ObjectMapper JSON = new ObjectMapper();

  private final URI server;
  private final Path token;
  private final Path authority;
  private @Nullable SSLSocketFactory sockets;

  /**
   * @param server of the API
   * @param account folder with {@code token} and {@code ca.crt}
   */
  KubernetesApi(URI server, Path account) {
    this.server = server;
    this.token = account.resolve("token");
    this.authority = account.resolve("ca.crt");
  }

  /**
   * The object or list at a path; missing where there is none.
   *
   * @throws IOException when the server cannot be reached or refuses
   */
  JsonNode get(String path) throws IOException {
    HttpURLConnection connection =
        (HttpURLConnection) URI.create(server + path).toURL().openConnection();
    try {
      if (connection instanceof HttpsURLConnection encrypted) {
        encrypted.setSSLSocketFactory(sockets());
      }
      connection.setConnectTimeout(CONNECT_MILLIS);
      connection.setReadTimeout(READ_MILLIS);
      connection.setRequestProperty("Accept", "application/json");
      connection.setRequestProperty(
          "Authorization", "Bearer " + Files.readString(token, StandardCharsets.UTF_8).strip());
      int status = connection.getResponseCode();
      if (status == HttpURLConnection.HTTP_NOT_FOUND) {
        return MissingNode.getInstance();
      }
      if (status != HttpURLConnection.HTTP_OK) {
        throw new IOException(path + " is answered with " + status);
      }
      try (InputStream body = connection.getInputStream()) {
        return JSON.readTree(body);
      }
    } finally {
      connection.disconnect();
    }
  }

  private SSLSocketFactory sockets() throws IOException {
    SSLSocketFactory known = sockets;
    if (known != null) {
      return known;
    }
    try (InputStream pem = Files.newInputStream(authority)) {
      KeyStore trusted = KeyStore.getInstance(KeyStore.getDefaultType());
      trusted.load(null, null);
      int number = 0;
      for (Certificate each : CertificateFactory.getInstance("X.509").generateCertificates(pem)) {
        trusted.setCertificateEntry("authority-" + number++, each);
      }
      TrustManagerFactory trust =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      trust.init(trusted);
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, trust.getTrustManagers(), null);
      SSLSocketFactory made = context.getSocketFactory();
      sockets = made;
      return made;
    } catch (GeneralSecurityException e) {
      throw new IOException(authority + " holds no authority that can be used", e);
    }
  }
}
