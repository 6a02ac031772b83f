package dev.hejin.scheduler.policy;

import static java.util.Objects.requireNonNull;

import dev.hejin.scheduler.model.LayerPlacement;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * One layer's experts and the devices that are to hold them. A device that holds n experts and
 * receives x routed tokens takes {@code n * fixedSeconds + x * tokenSeconds}; the layer takes as
 * long as its slowest device. Arrays are shared: nobody changes them.
 *
 * @param load share of the routed tokens of each expert; sums to 1
 * @param routedTokens of one microbatch: tokens x experts for each token
 * @param fixedSeconds of each device for each expert that it holds
 * @param tokenSeconds of each device for each routed token; above 0
 * @param slots most experts that each device has memory for
 * @param replicas most slots in use over all devices, at least one for each expert
 * @param previous what the devices hold now, in the same device numbers, or null; experts may be
 *     missing from it and devices may hold more than their slots
 * @param seed of every random choice
 * @param node of each device, numbered from 0
 * @param groups of consecutive experts that routing prefers to find on one node; 1: none
 * @param clumping variance over squared mean of an expert's tokens from microbatch to microbatch,
 *     beyond the chance of single tokens; 0: loads are certain
 */
public record LayerProblem(
    double[] load,
    double routedTokens,
    double[] fixedSeconds,
    double[] tokenSeconds,
    int[] slots,
    int replicas,
    @Nullable LayerPlacement previous,
    long seed,
    int[] node,
    int groups,
    double clumping) {

  /** A problem on one node, without groups, whose loads are certain. */
  public LayerProblem(
      double[] load,
      double routedTokens,
      double[] fixedSeconds,
      double[] tokenSeconds,
      int[] slots,
      int replicas,
      @Nullable LayerPlacement previous,
      long seed) {
    this(
        load,
        routedTokens,
        fixedSeconds,
        tokenSeconds,
        slots,
        replicas,
        previous,
        seed,
        new int[slots.length],
        1,
        0);
  }

  public LayerProblem {
    requireNonNull(load, "load");
    if (fixedSeconds.length != slots.length || tokenSeconds.length != slots.length) {
      throw new IllegalArgumentException(
          "layer problem with "
              + slots.length
              + " slot counts, "
              + fixedSeconds.length
              + " fixed and "
              + tokenSeconds.length
              + " token times");
    }
    int room = Arrays.stream(slots).map(s -> Math.min(s, load.length)).sum();
    if (room < load.length || replicas < load.length) {
      throw new IllegalArgumentException(
          "layer problem with "
              + load.length
              + " experts, "
              + room
              + " usable slots and at most "
              + replicas
              + " replicas\nMaybe the stage has too little memory for its layers.");
    }
  }

  public int experts() {
    return load.length;
  }

  public int devices() {
    return slots.length;
  }

  /** Seconds of the slowest device under a placement. */
  public double seconds(LayerPlacement placement) {
    double[] seconds = new double[devices()];
    for (int slot = 0; slot < placement.slots(); slot++) {
      int device = placement.device(slot);
      double tokens = load[placement.expert(slot)] * placement.share(slot) * routedTokens;
      seconds[device] += fixedSeconds[device] + tokens * tokenSeconds[device];
    }
    return Arrays.stream(seconds).max().orElse(0);
  }

  /**
   * A time that no placement beats: all tokens divided perfectly and each expert held once, where
   * that is cheapest.
   */
  public double boundSeconds() {
    double speed = 0;
    double leastFixed = Double.POSITIVE_INFINITY;
    for (int device = 0; device < devices(); device++) {
      speed += 1 / tokenSeconds[device];
      leastFixed = Math.min(leastFixed, fixedSeconds[device] / tokenSeconds[device]);
    }
    return (routedTokens + experts() * leastFixed) / speed;
  }
}
