package dev.hejin.scheduler.cost.training;

/**
 * One thing that a rank does.
 *
 * @param kind what
 * @param route way through the stages: 0, or 1 for the opposite way of DualPipe
 * @param stage along the route
 * @param microbatch along the route
 * @param pairRoute of the backward of a pair
 * @param pairStage of the backward of a pair
 * @param pairMicrobatch of the backward of a pair
 */
record PipelineOperation(
    Kind kind,
    int route,
    int stage,
    int microbatch,
    int pairRoute,
    int pairStage,
    int pairMicrobatch) {

  enum Kind {
    FORWARD,
    /** Gradients of input and weights at once. */
    BACKWARD,
    /** Gradients of the input alone; those of the weights come later. */
    BACKWARD_INPUT,
    WEIGHTS,
    /** A forward and a backward that hide each other's communication. */
    PAIR
  }

  static PipelineOperation of(Kind kind, int route, int stage, int microbatch) {
    return new PipelineOperation(kind, route, stage, microbatch, 0, 0, 0);
  }

  double seconds(StageTimes times) {
    return switch (kind) {
      case FORWARD -> times.forward()[stage];
      case BACKWARD -> times.backward(stage);
      case BACKWARD_INPUT -> times.backwardInput()[stage];
      case WEIGHTS -> times.backwardWeight()[stage];
      case PAIR -> times.pair()[stage][pairStage];
    };
  }
}
