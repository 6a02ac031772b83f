package dev.hejin.scheduler.app.config;

import io.quarkus.runtime.configuration.DurationConverter;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.time.Duration;

/** The settings as they are when nobody sets any. */
public final class SampleConfig {
  private static final int PRIORITY = 200;

  private SampleConfig() {}

  public static SchedulerConfig of(String bootstrapServers) {
    return new SmallRyeConfigBuilder()
        .addDefaultInterceptors()
        .withConverter(Duration.class, PRIORITY, new DurationConverter())
        .withMapping(SchedulerConfig.class)
        .withDefaultValue("hejin.kafka-bootstrap-servers", bootstrapServers)
        .build()
        .getConfigMapping(SchedulerConfig.class);
  }
}
