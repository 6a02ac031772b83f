package dev.hejin.lab.pipeline;

import dev.hejin.lab.event.EventQueue;
import dev.hejin.lab.pipeline.Slice.Part;
import dev.hejin.lab.pipeline.Slice.Pass;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeMap;

/**
 * Plays a schedule: each rank does its slices in order, each as soon as what it waits for is done.
 * A forward waits for the stage before, a backward for the stage behind, both of its own route.
 *
 * @param makespanSeconds until the last rank is done
 * @param busySeconds of each rank
 */
public record ScheduleRun(double makespanSeconds, List<Double> busySeconds) {
  /** Copies. */
  public ScheduleRun {
    busySeconds = List.copyOf(busySeconds);
  }

  /** Time in which a rank waits. */
  public double bubbleSeconds(int rank) {
    return makespanSeconds - busySeconds.get(rank);
  }

  /** 1F1B over these ranks. */
  public static ScheduleRun oneForwardOneBackward(int ranks, int microbatches, Times times) {
    List<List<Slice>> all = new ArrayList<>();
    for (int rank = 0; rank < ranks; rank++) {
      all.add(OneForwardOneBackward.of(rank, ranks, microbatches, times));
    }
    return play(all, ranks);
  }

  /**
   * DualPipe over these ranks.
   *
   * @param ranks even
   * @param microbatches even, at least twice the ranks
   */
  public static ScheduleRun dualPipe(int ranks, int microbatches, Times times) {
    if (ranks < 2 || ranks % 2 != 0 || microbatches % 2 != 0 || microbatches < 2 * ranks) {
      throw new IllegalArgumentException(
          "DualPipe with "
              + ranks
              + " ranks and "
              + microbatches
              + " microbatches\nMaybe 8 and 20: both are even, microbatches at least twice as many.");
    }
    List<List<Slice>> all = new ArrayList<>();
    for (int rank = 0; rank < ranks; rank++) {
      all.add(DualPipeRank.of(rank, ranks, microbatches, times));
    }
    return play(all, ranks);
  }

  private static ScheduleRun play(List<List<Slice>> ranks, int stages) {
    TreeMap<String, Double> done = new TreeMap<>();
    int[] next = new int[ranks.size()];
    boolean[] isBusy = new boolean[ranks.size()];
    Double[] busy = new Double[ranks.size()];
    Arrays.fill(busy, 0.0);
    EventQueue events = new EventQueue();
    double now = 0;
    int left = ranks.stream().mapToInt(List::size).sum();
    while (left > 0) {
      for (int rank = 0; rank < next.length; rank++) {
        if (!isBusy[rank] && next[rank] < ranks.get(rank).size()) {
          Slice slice = ranks.get(rank).get(next[rank]);
          if (slice.parts().stream().allMatch(part -> isReady(part, stages, done))) {
            isBusy[rank] = true;
            busy[rank] += slice.seconds();
            events.add(now + slice.seconds(), rank);
          }
        }
      }
      if (events.isEmpty()) {
        throw new IllegalStateException("the schedule waits for itself");
      }
      now = events.nextSeconds();
      int rank = (int) events.take();
      isBusy[rank] = false;
      for (Part part : ranks.get(rank).get(next[rank]).parts()) {
        done.put(key(part.pass(), part.route(), part.stage(), part.microbatch()), now);
      }
      next[rank]++;
      left--;
    }
    return new ScheduleRun(now, List.of(busy));
  }

  private static String key(Pass pass, int route, int stage, int microbatch) {
    return pass + " " + route + " " + stage + " " + microbatch;
  }

  private static boolean isReady(Part part, int stages, TreeMap<String, Double> done) {
    return switch (part.pass()) {
      case FORWARD ->
          part.stage() == 0
              || done.containsKey(
                  key(Pass.FORWARD, part.route(), part.stage() - 1, part.microbatch()));
      case BACKWARD ->
          done.containsKey(key(Pass.FORWARD, part.route(), part.stage(), part.microbatch()))
              && (part.stage() == stages - 1
                  || done.containsKey(
                      key(Pass.BACKWARD, part.route(), part.stage() + 1, part.microbatch())));
      case WEIGHTS -> true;
    };
  }
}
