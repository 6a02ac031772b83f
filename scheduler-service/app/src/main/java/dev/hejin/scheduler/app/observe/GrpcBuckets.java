package dev.hejin.scheduler.app.observe;

import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.config.MeterFilter;
import io.micrometer.core.instrument.distribution.DistributionStatisticConfig;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Arrays;

/** Gives the times of gRPC calls, which the library keeps, the buckets of ours. */
@Singleton
public class GrpcBuckets {
  private static final String NAME = "grpc.server.processing.duration";

  @Produces
  @Singleton
  MeterFilter buckets() {
    return new MeterFilter() {
      @Override
      public DistributionStatisticConfig configure(
          Meter.Id id, DistributionStatisticConfig config) {
        return id.getName().equals(NAME)
            ? DistributionStatisticConfig.builder()
                .serviceLevelObjectives(
                    Arrays.stream(Meters.BUCKETS).mapToDouble(Duration::toNanos).toArray())
                .build()
                .merge(config)
            : config;
      }
    };
  }
}
