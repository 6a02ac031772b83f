package dev.hejin.lab.experiment;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * What a trial's result depends on, as one hash: the scenario's text and the files that it names,
 * the arm's settings, the seed and the code. A result is taken over only under the same key.
 */
final class TrialKey {
  private TrialKey() {}

  static String of(ExperimentPlan plan, Arm arm, long seed) {
    StringBuilder all = new StringBuilder();
    part(all, plan.version());
    part(all, plan.text());
    part(all, arm.inputs());
    part(all, String.valueOf(seed));
    arm.variant()
        .settings()
        .forEach(
            (path, value) -> {
              part(all, path);
              part(all, value);
            });
    return sha256(all.toString().getBytes(StandardCharsets.UTF_8)).substring(0, 32);
  }

  /** Lengths keep parts apart. */
  private static void part(StringBuilder all, String part) {
    all.append(part.length()).append(':').append(part);
  }

  static String sha256(byte[] bytes) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      return HexFormat.of().formatHex(digest.digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
