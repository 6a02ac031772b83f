package dev.hejin.scheduler.app.runtime;

import dev.hejin.scheduler.app.port.DeploymentView;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;

/** Tells watchers of deployments, and of services, at most once a tick each. On the loop only. */
final class Watchers {
  private final TreeMap<String, List<SchedulerRuntime.Watcher>> watchers = new TreeMap<>();
  private final TreeSet<String> marked = new TreeSet<>();
  private final Function<String, List<DeploymentView>> views;
  private final Function<String, Optional<String>> service;

  /**
   * @param views what a name means: a deployment, a service's pipelines, or nothing
   * @param service whose pipeline a deployment is
   */
  Watchers(
      Function<String, List<DeploymentView>> views, Function<String, Optional<String>> service) {
    this.views = views;
    this.service = service;
  }

  void add(String name, SchedulerRuntime.Watcher watcher) {
    List<DeploymentView> now = views.apply(name);
    if (!now.isEmpty()) {
      watchers.computeIfAbsent(name, n -> new ArrayList<>()).add(watcher);
    }
    watcher.changed(now);
  }

  void remove(String name, SchedulerRuntime.Watcher watcher) {
    List<SchedulerRuntime.Watcher> all = watchers.get(name);
    if (all != null) {
      all.remove(watcher);
    }
  }

  void mark(String name) {
    marked.add(name);
    service.apply(name).ifPresent(marked::add);
  }

  void markAll() {
    marked.addAll(watchers.keySet());
  }

  void publish() {
    for (String name : marked) {
      List<SchedulerRuntime.Watcher> all = watchers.getOrDefault(name, List.of());
      if (!all.isEmpty()) {
        List<DeploymentView> now = views.apply(name);
        all.forEach(watcher -> watcher.changed(now));
        if (now.isEmpty()) {
          watchers.remove(name);
        }
      }
    }
    marked.clear();
    watchers.values().removeIf(List::isEmpty);
  }
}
