package dev.hejin.transport;

import io.grpc.CallCredentials;
import io.grpc.Metadata;
import io.grpc.SecurityLevel;
import io.grpc.Status;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Executor;

/**
 * A bearer token from a file, read for each call: those who issue short ones exchange the file. It
 * is never sent over a connection that others can read.
 */
public final class BearerToken extends CallCredentials {
  /** Header that carries it. */
  public static final Metadata.Key<String> AUTHORIZATION =
      Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);

  /** What stands before the token. */
  public static final String PREFIX = "Bearer ";

  private final Path file;

  BearerToken(Path file) {
    this.file = file;
  }

  @Override
  public void applyRequestMetadata(
      RequestInfo request, Executor executor, MetadataApplier applier) {
    executor.execute(() -> apply(request, applier));
  }

  private void apply(RequestInfo request, MetadataApplier applier) {
    if (request.getSecurityLevel() != SecurityLevel.PRIVACY_AND_INTEGRITY
        && !isLoopback(request.getAuthority())) {
      applier.fail(
          Status.UNAUTHENTICATED.withDescription(
              "the token is not sent over a connection without TLS\nMaybe give --tls-ca FILE."));
      return;
    }
    try {
      String token = Files.readString(file).strip();
      if (token.isEmpty() || !token.chars().allMatch(c -> c > ' ' && c < 127)) {
        applier.fail(
            Status.UNAUTHENTICATED.withDescription(
                "token file is " + file + ", which holds no token\nMaybe its issuer is late."));
        return;
      }
      Metadata headers = new Metadata();
      headers.put(AUTHORIZATION, PREFIX + token);
      applier.apply(headers);
    } catch (IOException e) {
      applier.fail(
          Status.UNAUTHENTICATED.withDescription(
              "token file is "
                  + file
                  + ", which cannot be read\nMaybe the path or its rights are wrong."));
    }
  }

  private static boolean isLoopback(String authority) {
    String host = authority.replaceFirst(":\\d+$", "").replaceAll("[\\[\\]]", "");
    try {
      return InetAddress.getByName(host).isLoopbackAddress();
    } catch (UnknownHostException e) {
      return false;
    }
  }
}
