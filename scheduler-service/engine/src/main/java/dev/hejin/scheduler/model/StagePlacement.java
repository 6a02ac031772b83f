package dev.hejin.scheduler.model;

import static java.util.Objects.requireNonNull;

import java.util.List;

/**
 * One pipeline stage: consecutive layers on a group of devices that share a collective library.
 * Attention, shared experts and dense layers are replicated over the devices, or over groups of
 * {@code tensorParallel} devices (data parallel, tokens split by {@code tokenShares}); routed
 * experts are spread over them (expert parallel).
 *
 * @param firstLayer inclusive
 * @param endLayer exclusive
 * @param deviceIds in the order that stage-local device numbers mean
 * @param tokenShares share of the stage's tokens whose attention each device does; sums to 1
 * @param precision format of the dense weights on these devices
 * @param expertPrecision format of the routed experts on these devices
 * @param layers one for each layer of the stage, in order
 * @param tensorParallel neighbours among the devices that divide attention, dense layers, embedding
 *     and head between them and have equal token shares; 1: each device holds all of these
 * @param expertDevices the last so many of the devices hold the routed experts and nothing else,
 *     the others all the rest; 0: each device holds both
 * @param parts into which a microbatch is cut that goes back and forth between the two; 1 where
 *     there are not two
 */
public record StagePlacement(
    int firstLayer,
    int endLayer,
    List<String> deviceIds,
    List<Double> tokenShares,
    Precision precision,
    Precision expertPrecision,
    List<LayerPlacement> layers,
    int tensorParallel,
    int expertDevices,
    int parts) {

  public StagePlacement {
    deviceIds = List.copyOf(deviceIds);
    tokenShares = List.copyOf(tokenShares);
    layers = List.copyOf(layers);
    requireNonNull(precision, "precision");
    requireNonNull(expertPrecision, "expertPrecision");
    if (firstLayer < 0 || endLayer <= firstLayer || layers.size() != endLayer - firstLayer) {
      throw new IllegalArgumentException(
          "stage of layers ["
              + firstLayer
              + ", "
              + endLayer
              + ") with "
              + layers.size()
              + " layer placements");
    }
    if (deviceIds.isEmpty() || deviceIds.size() != tokenShares.size()) {
      throw new IllegalArgumentException(
          "stage of layers ["
              + firstLayer
              + ", "
              + endLayer
              + ") with "
              + deviceIds.size()
              + " devices and "
              + tokenShares.size()
              + " token shares");
    }
    if (tensorParallel < 1 || deviceIds.size() % tensorParallel != 0) {
      throw new IllegalArgumentException(
          "tensor_parallel is "
              + tensorParallel
              + " in a stage of "
              + deviceIds.size()
              + " devices\nMaybe 1, or a number that divides the devices.");
    }
    if (expertDevices < 0
        || expertDevices >= deviceIds.size()
        || (expertDevices > 0 && tensorParallel > 1)) {
      throw new IllegalArgumentException(
          "expert_devices is "
              + expertDevices
              + " in a stage of "
              + deviceIds.size()
              + " devices with tensor_parallel "
              + tensorParallel
              + "\nMaybe fewer than the devices, and 0 in a tensor parallel stage.");
    }
    if (parts < 1 || (parts > 1 && expertDevices == 0)) {
      throw new IllegalArgumentException(
          "parts is "
              + parts
              + " in a stage with "
              + expertDevices
              + " expert devices\nMaybe 1; only where experts are apart microbatches are cut.");
    }
  }

  /** A stage whose devices each hold their part of everything. */
  public StagePlacement(
      int firstLayer,
      int endLayer,
      List<String> deviceIds,
      List<Double> tokenShares,
      Precision precision,
      Precision expertPrecision,
      List<LayerPlacement> layers,
      int tensorParallel) {
    this(
        firstLayer,
        endLayer,
        deviceIds,
        tokenShares,
        precision,
        expertPrecision,
        layers,
        tensorParallel,
        0,
        1);
  }

  /** A stage whose devices each hold attention and dense layers whole. */
  public StagePlacement(
      int firstLayer,
      int endLayer,
      List<String> deviceIds,
      List<Double> tokenShares,
      Precision precision,
      Precision expertPrecision,
      List<LayerPlacement> layers) {
    this(firstLayer, endLayer, deviceIds, tokenShares, precision, expertPrecision, layers, 1);
  }

  /** The same on as many other devices, or some others, in the same order. */
  public StagePlacement on(List<String> otherIds) {
    return new StagePlacement(
        firstLayer,
        endLayer,
        otherIds,
        tokenShares,
        precision,
        expertPrecision,
        layers,
        tensorParallel,
        expertDevices,
        parts);
  }

  /** Whether attention and routed experts lie on different devices. */
  public boolean isApart() {
    return expertDevices > 0;
  }

  /** How many of the devices, from the first on, hold attention. */
  public int attentionDevices() {
    return deviceIds.size() - expertDevices;
  }

  public LayerPlacement layer(int layer) {
    return layers.get(layer - firstLayer);
  }
}
