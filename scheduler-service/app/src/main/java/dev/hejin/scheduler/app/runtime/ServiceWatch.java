package dev.hejin.scheduler.app.runtime;

import dev.hejin.scheduler.lifecycle.DeploymentSpec;
import dev.hejin.scheduler.model.Shard;
import dev.hejin.scheduler.plan.DeviceView;
import dev.hejin.scheduler.plan.ServiceCheck;
import dev.hejin.scheduler.plan.ServiceReport;
import dev.hejin.scheduler.plan.ServiceViolation;
import java.util.List;
import java.util.TreeSet;
import java.util.function.ToLongFunction;
import org.jboss.logging.Logger;

/**
 * What the independent checker has seen of one deployment since this process follows it. Counts
 * each violation once, when it begins. A replica that a lost node took with it is none.
 */
final class ServiceWatch {
  private static final Logger LOG = Logger.getLogger(ServiceWatch.class);

  private final String deployment;
  private final ServiceCheck check;
  private TreeSet<String> lasting = new TreeSet<>();
  private int unserved;
  private boolean interrupted;
  private long violations;
  private String lastViolation = "";

  ServiceWatch(DeploymentSpec spec, ToLongFunction<Shard> shardBytes) {
    this.deployment = spec.name();
    this.check = new ServiceCheck(spec.model(), spec.expectedLoad(), shardBytes);
  }

  /** A device went away with all that it held. */
  void lost(String deviceId) {
    check.lost(deviceId);
  }

  /** More may be dropped on purpose until all is served again. */
  void interrupted() {
    interrupted = true;
  }

  void see(List<DeviceView> devices) {
    ServiceReport report = check.check(devices, false);
    unserved = report.unservedExperts() + report.layers() - report.servedLayers();
    interrupted &= unserved > 0;
    TreeSet<String> now = new TreeSet<>();
    for (ServiceViolation violation : report.violations()) {
      if (isBreach(violation)) {
        String text = violation.kind() + " " + violation.subject();
        now.add(text);
        if (!lasting.contains(text)) {
          violations++;
          lastViolation = text + ": " + violation.detail();
          LOG.errorf("deployment %s: invariant broken: %s", deployment, lastViolation);
        }
      }
    }
    lasting = now;
  }

  private boolean isBreach(ServiceViolation violation) {
    return switch (violation.kind()) {
      case DROPPED -> !interrupted;
      case MEMORY_EXCEEDED, ROUTE_WITHOUT_SHARD, SHARE_SUM -> true;
      case NEVER_SERVED, LOST -> false;
    };
  }

  int unserved() {
    return unserved;
  }

  long violations() {
    return violations;
  }

  String lastViolation() {
    return lastViolation;
  }
}
