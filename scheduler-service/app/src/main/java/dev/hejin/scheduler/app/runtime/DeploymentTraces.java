package dev.hejin.scheduler.app.runtime;

import dev.hejin.scheduler.lifecycle.Event;
import java.util.TreeMap;

/**
 * The trace of the call that made each deployment's target: orders to devices belong to it, whoever
 * sends them and whenever. Comes from the log, so that it outlives a leader; a snapshot does not
 * keep it.
 */
final class DeploymentTraces {
  private final TreeMap<String, String> traces = new TreeMap<>();

  void note(Event event, String traceParent) {
    if (event instanceof Event.PlanAdopted adopted) {
      put(adopted.deployment(), traceParent);
    } else if (event instanceof Event.DeploymentDeleting deleting) {
      put(deleting.deployment(), traceParent);
    } else if (event instanceof Event.DeploymentDeleted deleted) {
      traces.remove(deleted.deployment());
    }
  }

  private void put(String deployment, String traceParent) {
    if (traceParent.isEmpty()) {
      traces.remove(deployment);
    } else {
      traces.put(deployment, traceParent);
    }
  }

  /** Empty when there is none. */
  String of(String deployment) {
    return traces.getOrDefault(deployment, "");
  }
}
