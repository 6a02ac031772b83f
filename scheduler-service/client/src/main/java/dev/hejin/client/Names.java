package dev.hejin.client;

import com.google.protobuf.ProtocolMessageEnum;
import dev.hejin.proto.capability.v1.Precision;
import dev.hejin.proto.deployment.v1.Objective;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** Enum values as people write them: without prefix, in lower case, precisions in upper case. */
public final class Names {
  private Names() {}

  public static String precision(Precision precision) {
    return switch (precision) {
      case PRECISION_UNSPECIFIED, UNRECOGNIZED -> Units.UNKNOWN;
      default -> precision.name().substring("PRECISION_".length());
    };
  }

  /** Reads for example {@code fp8}. */
  static Precision precision(String text) {
    String name = "PRECISION_" + text.strip().toUpperCase(Locale.ROOT);
    List<Precision> known =
        Arrays.stream(Precision.values())
            .filter(p -> p != Precision.PRECISION_UNSPECIFIED && p != Precision.UNRECOGNIZED)
            .toList();
    return known.stream()
        .filter(p -> p.name().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                CommandFailure.usage(
                    "--precision is '"
                        + text
                        + "'\nMaybe one of "
                        + String.join(
                            ", ",
                            known.stream().map(p -> precision(p).toLowerCase(Locale.ROOT)).toList())
                        + "."));
  }

  static Objective objective(String text) {
    return switch (text.strip().toLowerCase(Locale.ROOT)) {
      case "throughput" -> Objective.OBJECTIVE_THROUGHPUT;
      case "cost" -> Objective.OBJECTIVE_COST;
      default ->
          throw CommandFailure.usage(
              "--objective is '" + text + "'\nMaybe one of throughput, cost.");
    };
  }

  /** For example {@code DEPLOYMENT_STATE_SERVING} without its prefix: {@code serving}. */
  public static String state(ProtocolMessageEnum value, String prefix) {
    String name = value instanceof Enum<?> e ? e.name() : "";
    if (!name.startsWith(prefix) || name.endsWith("_UNSPECIFIED")) {
      return Units.UNKNOWN;
    }
    return name.substring(prefix.length()).toLowerCase(Locale.ROOT);
  }
}
