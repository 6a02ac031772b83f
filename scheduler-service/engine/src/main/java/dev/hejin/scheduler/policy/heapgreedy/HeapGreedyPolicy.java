package dev.hejin.scheduler.policy.heapgreedy;

import dev.hejin.scheduler.model.LayerPlacement;
import dev.hejin.scheduler.policy.ExpertPolicy;
import dev.hejin.scheduler.policy.GreedyPacking;
import dev.hejin.scheduler.policy.LayerProblem;

/**
 * The method of public balancers for uniform clusters (DeepSeek-V3 report, arXiv 2412.19437,
 * section 3.4; TensorRT-LLM), kept to compare with: see {@link GreedyPacking}. Any expert may go to
 * any device, all devices count as equally fast, replicas of an expert take equal shares. Unlike
 * some of them it never puts an expert twice on a device. Complexity: O(E log E + S D).
 */
public final class HeapGreedyPolicy implements ExpertPolicy {
  @Override
  public String name() {
    return "heap-greedy";
  }

  @Override
  public LayerPlacement place(LayerProblem problem) {
    return GreedyPacking.evenly(
        GreedyPacking.hosts(problem.load(), problem.slots(), problem.replicas()));
  }
}
