package dev.hejin.scheduler.flow;

import static java.util.Objects.requireNonNull;

import org.jspecify.annotations.Nullable;

/**
 * What all devices of one type can do, by how many layers they hold.
 *
 * @param name as in the case
 * @param tokensPerSecond index k: rate with k layers, prompt and decode tokens together; index 0 is
 *     not used; its length less one is the most layers that fit
 * @param serving what the serving objective needs; null when only the flow is asked for
 */
public record DeviceKind(String name, double[] tokensPerSecond, @Nullable Serving serving) {
  /**
   * Memory and time of one type.
   *
   * @param kvTokens index k: tokens times layers that fit beside k layers
   * @param prompt seconds of one layer by prompt tokens in a batch
   * @param decode seconds of one layer by sequences in a batch
   */
  public record Serving(double[] kvTokens, Curve prompt, Curve decode) {}

  /** Checks that rates are usable. */
  public DeviceKind {
    requireNonNull(name, "name");
    String at = "device_types." + name;
    if (tokensPerSecond.length < 2) {
      throw new InvalidStageProblemException(
          at + ".max_layers", 0, "holds no layer", "leave the type out of the pool");
    }
    for (int k = 1; k < tokensPerSecond.length; k++) {
      check(at + ".tokens_per_s_with_k_layers[" + k + "]", tokensPerSecond[k], "measure it again");
      if (serving != null) {
        String field = at + ".kv_cache_capacity_with_k_layers[" + k + "]";
        if (serving.kvTokens().length != tokensPerSecond.length) {
          throw new InvalidStageProblemException(
              field, "(absent)", "needed for the serving objective", "use --objective flow");
        }
        check(field, serving.kvTokens()[k], "give what memory is left beside the layers");
      }
    }
  }

  private static void check(String field, double value, String fix) {
    if (!(value > 0 && value < Double.POSITIVE_INFINITY)) {
      throw new InvalidStageProblemException(field, value, "not a finite number above 0", fix);
    }
  }

  /** The most layers that fit. */
  public int maxLayers() {
    return tokensPerSecond.length - 1;
  }

  /** Tokens of each of k layers that fit beside these layers; infinite when nothing is known. */
  double kvPerLayer(int k) {
    return serving == null ? Double.POSITIVE_INFINITY : serving.kvTokens()[k] / k;
  }
}
