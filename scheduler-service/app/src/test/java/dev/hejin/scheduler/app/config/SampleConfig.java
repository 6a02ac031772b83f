package dev.hejin.scheduler.app.config;

import io.quarkus.runtime.configuration.DurationConverter;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.time.Duration;
import java.util.Map;

/** The settings as they are when nobody sets any. */
public final class SampleConfig {
  private static final int PRIORITY = 200;

  private SampleConfig() {}

  public static SchedulerConfig of(String bootstrapServers) {
    return of(bootstrapServers, Map.of());
  }

  /** The settings as they are when somebody sets some. */
  public static SchedulerConfig of(String bootstrapServers, Map<String, String> set) {
    return new SmallRyeConfigBuilder()
        .addDefaultInterceptors()
        .withConverter(Duration.class, PRIORITY, new DurationConverter())
        .withMapping(SchedulerConfig.class)
        .withDefaultValue("hejin.kafka-bootstrap-servers", bootstrapServers)
        .withDefaultValues(set)
        .build()
        .getConfigMapping(SchedulerConfig.class);
  }
}
