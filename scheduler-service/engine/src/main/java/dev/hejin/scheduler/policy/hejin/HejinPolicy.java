package dev.hejin.scheduler.policy.hejin;

import dev.hejin.scheduler.model.LayerPlacement;
import dev.hejin.scheduler.policy.ExpertPolicy;
import dev.hejin.scheduler.policy.LayerProblem;
import java.util.Arrays;

/**
 * Replicates and packs experts so that the slowest device finishes as early as possible, knowing
 * that devices differ in speed and slots and that each held expert costs a fixed time besides its
 * tokens.
 *
 * <p>Hard constraints: every expert somewhere, at most once on a device, slots kept.
 *
 * <p>Method, for 0, half and all of the allowed extra replicas: give replicas to the expert with
 * the most tokens for each replica; pack heaviest first onto the device that would then finish
 * first (list scheduling on uniform machines); water-fill the shares of replicated experts. The
 * best of the three goes through {@link Improvement}. More replicas than that pay off only where
 * hot experts outweigh the extra weight reads, so fewer may be used than allowed.
 *
 * <p>With a previous placement: repair it, water-fill, improve it a little, and keep it unless a
 * new one is more than {@value #KEEP_TOLERANCE} faster, relative.
 *
 * <p>Example: two devices, the first twice as fast, experts with loads 0.6, 0.2, 0.2, one extra
 * replica, no fixed time. The first expert is on both, the others on the second and the first; the
 * shares of the first expert are set so that the fast device gets 2/3 of all tokens.
 */
public final class HejinPolicy implements ExpertPolicy {
  /** How much slower than a new placement a kept one may be. */
  static final double KEEP_TOLERANCE = 0.03;

  private static final int ROUNDS = 6;
  private static final int STEPS = 48;

  @Override
  public String name() {
    return "hejin";
  }

  @Override
  public LayerPlacement place(LayerProblem problem) {
    Packing fresh = fresh(problem);
    LayerPlacement previous = problem.previous();
    if (previous == null || previous.slots() == 0) {
      return fresh.placement();
    }
    double enough = fresh.most() * (1 + KEEP_TOLERANCE);
    Packing kept = Repair.of(problem, previous);
    kept.levelAll(ROUNDS);
    kept.dropIdle();
    Improvement.run(kept, STEPS, enough);
    kept.levelAll(ROUNDS);
    return kept.most() <= enough ? kept.placement() : fresh.placement();
  }

  private static Packing fresh(LayerProblem problem) {
    int extra = problem.replicas() - problem.experts();
    Packing best = pack(problem, 0);
    for (int more : new int[] {extra / 2, extra}) {
      if (more > 0) {
        Packing packing = pack(problem, more);
        if (packing.most() < best.most()) {
          best = packing;
        }
      }
    }
    Improvement.run(best, STEPS, problem.boundSeconds() * 1.001);
    best.levelAll(ROUNDS);
    best.dropIdle();
    return best;
  }

  private static Packing pack(LayerProblem problem, int extra) {
    int[] count = counts(problem, extra);
    double[] weight = new double[count.length];
    Arrays.setAll(weight, e -> problem.load()[e] / count[e]);
    Integer[] order = new Integer[count.length];
    Arrays.setAll(order, e -> e);
    Arrays.sort(
        order,
        (a, b) -> {
          int heavier = Double.compare(weight[b], weight[a]);
          return heavier != 0 ? heavier : Integer.compare(a, b);
        });
    Packing packing = new Packing(problem);
    for (int expert : order) {
      int placed = 0;
      while (placed < count[expert]) {
        int device = earliest(packing, expert, 1.0 / count[expert]);
        if (device < 0) {
          break;
        }
        packing.add(expert, device, 1.0 / count[expert]);
        placed++;
      }
      if (placed > 0 && placed < count[expert]) {
        spread(packing, expert);
      }
    }
    packing.levelAll(ROUNDS);
    return packing;
  }

  /** Fewer replicas found room than were planned: split the expert evenly over those. */
  private static void spread(Packing packing, int expert) {
    int n = packing.count(expert);
    int[] hosts = new int[n];
    for (int i = 0; i < n; i++) {
      hosts[i] = packing.host(expert, i);
    }
    for (int host : hosts) {
      packing.remove(expert, host);
    }
    for (int host : hosts) {
      packing.add(expert, host, 1.0 / n);
    }
  }

  /** The device with room that would finish first with the replica; -1 when there is none. */
  static int earliest(Packing packing, int expert, double share) {
    double tokens = packing.tokens(expert, share);
    int best = -1;
    double bestSeconds = Double.POSITIVE_INFINITY;
    for (int d = 0; d < packing.problem().devices(); d++) {
      if (packing.hasRoom(d) && !packing.holds(d, expert)) {
        double seconds = packing.seconds(d) + packing.cost(d, tokens);
        boolean emptier = best >= 0 && packing.used(d) < packing.used(best);
        if (seconds < bestSeconds || (seconds == bestSeconds && emptier)) {
          best = d;
          bestSeconds = seconds;
        }
      }
    }
    return best;
  }

  private static int[] counts(LayerProblem problem, int extra) {
    double[] load = problem.load();
    int[] count = new int[load.length];
    Arrays.fill(count, 1);
    int room = Arrays.stream(problem.slots()).map(s -> Math.min(s, load.length)).sum();
    int left = Math.min(extra, room - load.length);
    while (left > 0) {
      int heaviest = -1;
      for (int e = 0; e < load.length; e++) {
        if (count[e] < problem.devices()
            && (heaviest < 0 || load[e] / count[e] > load[heaviest] / count[heaviest])) {
          heaviest = e;
        }
      }
      if (heaviest < 0) {
        break;
      }
      count[heaviest]++;
      left--;
    }
    return count;
  }
}
