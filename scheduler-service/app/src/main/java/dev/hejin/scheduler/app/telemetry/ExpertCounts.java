package dev.hejin.scheduler.app.telemetry;

import dev.hejin.proto.telemetry.v1.ExpertSample;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;

/** Tokens by expert, summed over devices. */
final class ExpertCounts {
  private static final int MOST_EXPERTS = 1 << 16;

  private final double[] tokens;

  ExpertCounts() {
    this(new double[0]);
  }

  private ExpertCounts(double[] tokens) {
    this.tokens = tokens;
  }

  ExpertCounts add(ExpertSample sample) {
    int experts = Math.min(sample.getExpertsCount(), sample.getTokensCount());
    int length = tokens.length;
    for (int i = 0; i < experts; i++) {
      int expert = sample.getExperts(i);
      if (expert < 0 || expert >= MOST_EXPERTS) {
        MalformedRecords.count();
        return this;
      }
      length = Math.max(length, expert + 1);
    }
    double[] sum = Arrays.copyOf(tokens, length);
    for (int i = 0; i < experts; i++) {
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
