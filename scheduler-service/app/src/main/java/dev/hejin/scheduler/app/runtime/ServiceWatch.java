package dev.hejin.scheduler.app.runtime;

import dev.hejin.scheduler.model.ModelSpec;
import dev.hejin.scheduler.model.Shard;
import dev.hejin.scheduler.plan.DeviceView;
import java.util.List;
import java.util.function.ToLongFunction;

/** What the independent checker has seen of one deployment since this process follows it. */
final class ServiceWatch {
  private final ModelSpec model;
  private long violations;
  private String lastViolation = "";

  ServiceWatch(ModelSpec model) {
    this.model = model;
  }

  void see(List<DeviceView> devices, ToLongFunction<Shard> shardBytes) {}

  ModelSpec model() {
    return model;
  }

  long violations() {
    return violations;
  }

  String lastViolation() {
    return lastViolation;
  }
}
