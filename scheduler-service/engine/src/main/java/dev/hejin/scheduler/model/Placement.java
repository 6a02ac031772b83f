package dev.hejin.scheduler.model;

import java.util.List;

/**
 * Where every weight of a model lives and which tokens it serves.
 *
 * @param stages in pipeline order; together they hold each layer exactly once; the first also holds
 *     the embedding and the last the head, on each of their devices
 */
public record Placement(List<StagePlacement> stages) {
  public Placement {
    stages = List.copyOf(stages);
    int next = 0;
    for (StagePlacement stage : stages) {
      if (stage.firstLayer() != next) {
        throw new IllegalArgumentException(
            "stage begins at layer "
                + stage.firstLayer()
                + " where layer "
                + next
                + " is the next one");
      }
      next = stage.endLayer();
    }
  }

  public int layers() {
    return stages.isEmpty() ? 0 : stages.getLast().endLayer();
  }

  /** The stage that holds a layer. */
  public StagePlacement stageOf(int layer) {
    for (StagePlacement stage : stages) {
      if (layer < stage.endLayer()) {
        return stage;
      }
    }
    throw new IndexOutOfBoundsException("layer " + layer + " of " + layers());
  }
}
