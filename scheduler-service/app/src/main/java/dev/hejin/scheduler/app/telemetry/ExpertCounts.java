package dev.hejin.scheduler.app.telemetry;

import dev.hejin.proto.telemetry.v1.ExpertSample;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;

/** Tokens by expert, summed over devices. */
final class ExpertCounts {
  /**
   * Far beyond any model, and small enough that counts of thousands of layers that do not exist fit
   * in memory.
   */
  private static final int MOST_EXPERTS = 1 << 12;

  private final double[] tokens;

  ExpertCounts() {
    this(new double[0]);
  }

  private ExpertCounts(double[] tokens) {
    this.tokens = tokens;
  }

  /** Whether every expert has a count, and numbers and counts are in range. */
  static boolean isSound(ExpertSample sample) {
    return sample.getExpertsCount() == sample.getTokensCount()
        && sample.getExpertsList().stream().allMatch(e -> e >= 0 && e < MOST_EXPERTS)
        && sample.getTokensList().stream().allMatch(count -> count >= 0);
  }

  ExpertCounts add(ExpertSample sample) {
    int length = tokens.length;
    for (int expert : sample.getExpertsList()) {
      length = Math.max(length, expert + 1);
    }
    double[] sum = Arrays.copyOf(tokens, length);
    for (int i = 0; i < sample.getExpertsCount(); i++) {
      sum[sample.getExperts(i)] += sample.getTokens(i);
    }
    return new ExpertCounts(sum);
  }

  double[] tokens() {
    return tokens.clone();
  }

  static Serde<ExpertCounts> serde() {
    return Serdes.serdeFrom(
        (topic, value) -> {
          if (value == null) {
            return null;
          }
          ByteBuffer buffer = ByteBuffer.allocate(Double.BYTES * value.tokens.length);
          buffer.asDoubleBuffer().put(value.tokens);
          return buffer.array();
        },
        (topic, bytes) -> {
          if (bytes == null) {
            return null;
          }
          double[] tokens = new double[bytes.length / Double.BYTES];
          ByteBuffer.wrap(bytes).asDoubleBuffer().get(tokens);
          return new ExpertCounts(tokens);
        });
  }
}
