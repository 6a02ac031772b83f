package dev.hejin.client.export;

/**
 * How rows of a plan, which are MoE layers, are numbered in the model.
 *
 * @param first index of the first MoE layer: the dense layers before it
 * @param step every how many layers one is an MoE layer; 1 in most models
 * @param hidden hidden layers of the model; at least up to the last MoE layer
 */
record LayerNumbers(int first, int step, int hidden) {
  /** Index in the model of a row. */
  int ofRow(int row) {
    return first + row * step;
  }

  /** The row of a hidden layer; -1 for a dense one. */
  int rowOf(int layer, int rows) {
    int past = layer - first;
    return past >= 0 && past % step == 0 && past / step < rows ? past / step : -1;
  }
}
