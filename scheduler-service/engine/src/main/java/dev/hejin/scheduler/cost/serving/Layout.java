package dev.hejin.scheduler.cost.serving;

/**
 * How one replica of a model lies over devices.
 *
 * @param tensorParallel devices that share attention and dense layers
 * @param pipelineParallel stages
 * @param dataParallel groups that share requests for attention, not experts
 * @param expertTensorParallel devices that share each expert
 * @param expertParallel groups that share the experts
 */
public record Layout(
    int tensorParallel,
    int pipelineParallel,
    int dataParallel,
    int expertTensorParallel,
    int expertParallel) {
  public Layout {
    if (tensorParallel < 1
        || pipelineParallel < 1
        || dataParallel < 1
        || expertTensorParallel < 1
        || expertParallel < 1) {
      throw new IllegalArgumentException(
          "layout has a size below 1\nMaybe tp_size or moe_ep_size is not filled in.");
    }
  }

  /** Devices of a replica. */
  public int devices() {
    return tensorParallel * dataParallel * pipelineParallel;
  }

  /** Devices that exchange activations in a layer. */
  int exchanging() {
    return Math.max(tensorParallel, expertTensorParallel * expertParallel);
  }
}
