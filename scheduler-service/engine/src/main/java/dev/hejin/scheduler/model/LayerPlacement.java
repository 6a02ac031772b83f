package dev.hejin.scheduler.model;

import java.util.Arrays;

/**
 * Where one layer's routed experts live. Slots are sorted by device, then expert; slot i holds
 * {@code expert(i)} on the stage's device number {@code device(i)} and takes {@code share(i)} of
 * that expert's tokens. Shares of one expert sum to 1; an expert is on a device at most once. A
 * dense layer has no slots.
 */
public final class LayerPlacement {
  /** A dense layer. */
  public static final LayerPlacement NONE =
      new LayerPlacement(new int[0], new int[0], new double[0]);

  private final int[] device;
  private final int[] expert;
  private final double[] share;

  /**
   * @param device stage-local device number of each slot
   * @param expert routed expert of each slot
   * @param share share of the expert's tokens that the slot takes, 0 to 1
   */
  public LayerPlacement(int[] device, int[] expert, double[] share) {
    if (device.length != expert.length || device.length != share.length) {
      throw new IllegalArgumentException(
          "placement with "
              + device.length
              + " devices, "
              + expert.length
              + " experts and "
              + share.length
              + " shares");
    }
    Integer[] order = new Integer[device.length];
    Arrays.setAll(order, i -> i);
    Arrays.sort(
        order,
        (a, b) -> {
          int byDevice = Integer.compare(device[a], device[b]);
          return byDevice != 0 ? byDevice : Integer.compare(expert[a], expert[b]);
        });
    this.device = new int[device.length];
    this.expert = new int[device.length];
    this.share = new double[device.length];
    for (int i = 0; i < order.length; i++) {
      this.device[i] = device[order[i]];
      this.expert[i] = expert[order[i]];
      this.share[i] = share[order[i]];
    }
  }

  /** The same on devices whose numbers are that much higher. */
  public LayerPlacement shifted(int devices) {
    return new LayerPlacement(
        Arrays.stream(device).map(number -> number + devices).toArray(), expert, share);
  }

  public int slots() {
    return device.length;
  }

  public int device(int slot) {
    return device[slot];
  }

  public int expert(int slot) {
    return expert[slot];
  }

  public double share(int slot) {
    return share[slot];
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof LayerPlacement that
        && Arrays.equals(device, that.device)
        && Arrays.equals(expert, that.expert)
        && Arrays.equals(share, that.share);
  }

  @Override
  public int hashCode() {
    return 31 * Arrays.hashCode(device) + Arrays.hashCode(expert);
  }

  @Override
  public String toString() {
    return "LayerPlacement[" + device.length + " slots]";
  }
}
