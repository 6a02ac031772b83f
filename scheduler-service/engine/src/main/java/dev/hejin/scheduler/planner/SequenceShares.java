package dev.hejin.scheduler.planner;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Divides the sequences of a workload over pipelines so that throughput is most: each next sequence
 * goes where it adds most tokens a second, until memory is full there. Equal pipelines get the same
 * number, but for the few that are left over.
 */
final class SequenceShares {
  private final List<Group> groups = new ArrayList<>();

  /** Pipelines of one shape, and what they give: sequences of one to tokens a second of one. */
  private static final class Group {
    final int count;
    final double[] sequences;
    final double[] tokensPerSecond;
    double cap = Double.POSITIVE_INFINITY;

    Group(int count, List<PipelineShape> filled) {
      this.count = count;
      sequences = new double[filled.size() + 1];
      tokensPerSecond = new double[filled.size() + 1];
      for (int i = 0; i < filled.size(); i++) {
        sequences[i + 1] = filled.get(i).sequences();
        tokensPerSecond[i + 1] = filled.get(i).tokensPerSecond();
      }
    }
  }

  private record Segment(int group, double width, double slope) {}

  /** Adds pipelines of one shape, given with ever more sequences. */
  void add(int count, List<PipelineShape> filled) {
    groups.add(new Group(count, filled));
  }

  /** From now on a pipeline of the group gets fewer than that many sequences. */
  void limit(int group, int sequences) {
    groups.get(group).cap = Math.min(groups.get(group).cap, sequences - 1);
  }

  /**
   * Sequences of a pipeline of each group, rounded down; null when there are too many. A group that
   * gets none is not needed.
   *
   * @param all whether all are to be served; else as many as there is room for
   */
  int @Nullable [] divide(int batchTokens, boolean all) {
    List<Segment> segments = new ArrayList<>();
    for (int g = 0; g < groups.size(); g++) {
      Group group = groups.get(g);
      double slope = Double.POSITIVE_INFINITY;
      for (int i = 1; i < group.sequences.length; i++) {
        double begin = group.sequences[i - 1];
        double width = Math.min(group.cap, group.sequences[i]) - begin;
        if (width > 0) {
          double rise = group.tokensPerSecond[i] - group.tokensPerSecond[i - 1];
          slope = Math.min(slope, rise / (group.sequences[i] - begin));
          segments.add(new Segment(g, width, slope));
        }
      }
    }
    segments.sort(Comparator.comparingDouble(segment -> -segment.slope()));
    double[] given = new double[groups.size()];
    double left = batchTokens;
    for (Segment segment : segments) {
      int count = groups.get(segment.group()).count;
      double width = Math.min(segment.width(), left / count);
      given[segment.group()] += width;
      left -= width * count;
    }
    if (all && left > 1e-6 * batchTokens) {
      return null;
    }
    int[] sequences = new int[given.length];
    for (int g = 0; g < given.length; g++) {
      sequences[g] = (int) Math.floor(given[g] + 1e-9);
    }
    return Arrays.stream(sequences).anyMatch(its -> its > 0) ? sequences : null;
  }
}
