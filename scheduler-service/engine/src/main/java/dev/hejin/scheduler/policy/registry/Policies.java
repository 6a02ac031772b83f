package dev.hejin.scheduler.policy.registry;

import dev.hejin.scheduler.policy.ExpertPolicy;
import dev.hejin.scheduler.policy.contiguous.ContiguousPolicy;
import dev.hejin.scheduler.policy.heapgreedy.HeapGreedyPolicy;
import dev.hejin.scheduler.policy.hejin.HejinPolicy;
import dev.hejin.scheduler.policy.hierarchical.HierarchicalPolicy;
import dev.hejin.scheduler.policy.random.RandomPolicy;
import dev.hejin.scheduler.policy.roundrobin.RoundRobinPolicy;
import java.util.ArrayList;
import java.util.List;
import java.util.ServiceLoader;

/**
 * All policies: those of the engine in the order of this file, then those that {@link
 * ServiceLoader} finds, by name. To add one: implement {@link ExpertPolicy} in a sub-package of its
 * own and name it here, or ship a jar with a provider file.
 */
public final class Policies {
  private static final List<ExpertPolicy> BUILT_IN =
      List.of(
          new HejinPolicy(),
          new HeapGreedyPolicy(),
          new HierarchicalPolicy(),
          new ContiguousPolicy(),
          new RoundRobinPolicy(),
          new RandomPolicy());

  private Policies() {}

  /** All policies, best first among those of the engine. */
  public static List<ExpertPolicy> all() {
    List<ExpertPolicy> all = new ArrayList<>(BUILT_IN);
    List<ExpertPolicy> found = new ArrayList<>();
    ServiceLoader.load(ExpertPolicy.class).forEach(found::add);
    found.sort((a, b) -> a.name().compareTo(b.name()));
    all.addAll(found);
    return List.copyOf(all);
  }

  public static List<String> names() {
    return all().stream().map(ExpertPolicy::name).toList();
  }

  /**
   * The first policy of that name.
   *
   * @throws IllegalArgumentException when there is none
   */
  public static ExpertPolicy byName(String name) {
    for (ExpertPolicy policy : BUILT_IN) {
      if (policy.name().equals(name)) {
        return policy;
      }
    }
    return all().stream()
        .filter(policy -> policy.name().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "policy is '"
                        + name
                        + "'\nMaybe one of "
                        + String.join(", ", names())
                        + "; a policy of your own needs a provider file on the class path."));
  }
}
