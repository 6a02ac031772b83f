package dev.hejin.scheduler.balance;

import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One balancing problem: the loads of the experts of some layers, and the devices to put them on.
 * Immutable; arrays are copied in and must not be changed by those who read them.
 *
 * <p>Shapes: {@code weights} is layers x experts, in tokens; {@code speeds}, {@code slots} and
 * {@code fixedSeconds} have one entry for each device. Devices d with d / (devices / nodes) equal
 * are on one node. The slots of all devices in device order are one row of a placement.
 *
 * <p>The time of a device for a layer is {@code fixedSeconds * residents + tokens / speed}, where
 * residents are the experts on it that get tokens: their weights are read once, then each token
 * costs its share.
 *
 * <p>Every slot is filled, as serving engines want it, unless {@code replicas} is set: then slots
 * are what a device has room for, and no more are used than pay.
 */
public final class BalanceProblem {
  private final double[][] weights;
  private final double[] speeds;
  private final int[] slots;
  private final double[] fixedSeconds;
  private final int nodes;
  private final int groups;
  private final int @Nullable [][] previous;
  private final int maxMoves;
  private final int totalSlots;
  private final int replicas;
  private final int lost;
  private final double[][][] history;
  private final Chance chance;

  private BalanceProblem(Builder from) {
    weights = new double[from.weights.length][];
    for (int l = 0; l < weights.length; l++) {
      weights[l] = from.weights[l].clone();
    }
    slots = from.slots.clone();
    speeds = from.speeds == null ? filled(slots.length, 1) : from.speeds.clone();
    fixedSeconds = from.fixedSeconds == null ? new double[slots.length] : from.fixedSeconds.clone();
    nodes = from.nodes;
    groups = from.groups;
    maxMoves = from.maxMoves;
    replicas = from.replicas;
    lost = from.lost;
    int[][] old = from.previous;
    if (old == null) {
      previous = null;
    } else {
      previous = new int[old.length][];
      for (int l = 0; l < old.length; l++) {
        previous[l] = old[l].clone();
      }
    }
    history = new double[from.history.length][][];
    for (int t = 0; t < history.length; t++) {
      history[t] = new double[from.history[t].length][];
      for (int l = 0; l < history[t].length; l++) {
        history[t][l] = from.history[t][l].clone();
      }
    }
    totalSlots = Arrays.stream(slots).sum();
    ProblemChecks.check(this, from.clumping);
    chance = Chance.of(from.clumping, slots.length);
  }

  private static double[] filled(int n, double value) {
    double[] a = new double[n];
    Arrays.fill(a, value);
    return a;
  }

  /** Starts a problem: loads (layers x experts, tokens) and slots of each device. */
  public static Builder builder(double[][] weights, int[] slots) {
    return new Builder(weights, slots);
  }

  /** Starts a problem with the same number of slots on each of some devices. */
  public static Builder builder(double[][] weights, int totalSlots, int devices) {
    if (devices < 1 || totalSlots % devices != 0) {
      throw new InvalidProblemException(
          "num_replicas",
          String.valueOf(totalSlots),
          "does not divide over " + devices + " devices",
          "give slots for each device, or a multiple of " + Math.max(1, devices));
    }
    int[] slots = new int[devices];
    Arrays.fill(slots, totalSlots / devices);
    return new Builder(weights, slots);
  }

  /** Number of layers. */
  public int layers() {
    return weights.length;
  }

  /** Experts of each layer. */
  public int experts() {
    return weights[0].length;
  }

  /** Number of devices. */
  public int devices() {
    return slots.length;
  }

  /** Slots of all devices. */
  public int totalSlots() {
    return totalSlots;
  }

  /** Loads of the experts of a layer, in tokens. */
  public double[] weights(int layer) {
    return weights[layer];
  }

  /** Whether slots may stay empty. */
  public boolean open() {
    return replicas >= 0;
  }

  /** Most replicas of a layer: all slots, unless slots may stay empty and fewer were asked for. */
  public int replicas() {
    return replicas < 0 ? totalSlots : Math.min(replicas, totalSlots);
  }

  /** Whether the placement in force is mended only. */
  boolean mends() {
    return lost >= 0;
  }

  /** Replicas of each layer that may take the place of lost ones. */
  int lost() {
    return Math.max(0, lost);
  }

  /** Tokens per second of a device. */
  public double speed(int device) {
    return speeds[device];
  }

  /** Slots of a device. */
  public int slots(int device) {
    return slots[device];
  }

  /** Seconds that each resident expert with tokens costs on a device, however few they are. */
  public double fixedSeconds(int device) {
    return fixedSeconds[device];
  }

  /** Number of nodes; 1 when any expert may be anywhere. */
  public int nodes() {
    return nodes;
  }

  /** Number of expert groups; all experts of a group are on one node when there are several. */
  public int groups() {
    return groups;
  }

  /** Whether groups are bound to nodes. */
  public boolean hierarchical() {
    return nodes > 1;
  }

  /** The placement in force, layers x slots, when there is one. */
  public Optional<int[][]> previous() {
    return Optional.ofNullable(previous);
  }

  /** Loads of earlier windows, oldest first: windows x layers x experts, tokens; may be empty. */
  public double[][][] history() {
    return history;
  }

  /** The most replicas that may be copied to a device that lacks them; negative: no limit set. */
  public int maxMoves() {
    return maxMoves;
  }

  /** How uneven single batches are. */
  Chance chance() {
    return chance;
  }

  /** Collects a problem. */
  public static final class Builder {
    private final double[][] weights;
    private final int[] slots;
    private double @Nullable [] speeds;
    private double @Nullable [] fixedSeconds;
    private int nodes = 1;
    private int groups = 1;
    private int @Nullable [][] previous;
    private int maxMoves = -1;
    private int replicas = -1;
    private int lost = -1;
    private double[][][] history = {};
    private double clumping;

    private Builder(double[][] weights, int[] slots) {
      this.weights = weights;
      this.slots = slots;
    }

    /** Tokens per second of each device; all 1 when not set. */
    public Builder speeds(double[] value) {
      speeds = value;
      return this;
    }

    /** Seconds of each device for each resident expert; all 0 when not set. */
    public Builder fixedSeconds(double[] value) {
      fixedSeconds = value;
      return this;
    }

    /** Binds groups of consecutive experts to nodes of consecutive devices. */
    public Builder hierarchy(int groupCount, int nodeCount) {
      groups = groupCount;
      nodes = nodeCount;
      return this;
    }

    /**
     * Lets slots stay empty: at most so many replicas of a layer, and no more than pay. Needs
     * weighted replicas. Empty slots are -1 in placements.
     */
    public Builder replicas(int value) {
      replicas = Math.max(0, value);
      return this;
    }

    /**
     * Says that the placement in force is to be mended, and no more, after so many replicas of each
     * layer were lost: what is held stays, as many replicas are added, and nothing is placed afresh
     * to compare it with. Far quicker, for those who plan anew soon. Needs a previous placement and
     * slots that may stay empty.
     */
    public Builder mend(int lostReplicas) {
      lost = Math.max(0, lostReplicas);
      return this;
    }

    /** The placement in force: layers x slots, experts in device order. */
    public Builder previous(int[][] value) {
      previous = value;
      return this;
    }

    /**
     * Loads of earlier windows, oldest first. With them the placement is made for the loads to be
     * expected next, not for those of the last window, which the result is still judged by.
     */
    public Builder history(double[][][] value) {
      history = value;
      return this;
    }

    /**
     * Places for the mean time of the slowest device over many batches, not for its time under mean
     * loads: an expert that gets m of a batch's tokens on average gets a random number of them,
     * with a variance of m + clumping * m^2. 0, the default, takes loads for certain. Needs slots
     * that may stay empty.
     */
    public Builder clumping(double value) {
      clumping = value;
      return this;
    }

    /** The most replicas to copy; needs a previous placement. */
    public Builder maxMoves(int value) {
      maxMoves = value;
      return this;
    }

    /** Checks everything and builds the problem. */
    public BalanceProblem build() {
      return new BalanceProblem(this);
    }
  }
}
