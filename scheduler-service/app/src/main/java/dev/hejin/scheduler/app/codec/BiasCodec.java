package dev.hejin.scheduler.app.codec;

import dev.hejin.proto.training.v1.BalanceExpertsResponse;
import dev.hejin.proto.training.v1.LayerBias;
import dev.hejin.proto.training.v1.Start;
import dev.hejin.proto.training.v1.Step;
import dev.hejin.scheduler.bias.BiasController;
import dev.hejin.scheduler.bias.InvalidBiasException;

/** Biases of experts in training. */
public final class BiasCodec {
  private BiasCodec() {}

  /** A controller with the shape, speed and biases of a start. */
  public static BiasController fromProto(Start start) {
    double speed =
        start.hasUpdateSpeed() ? start.getUpdateSpeed() : BiasController.DEFAULT_UPDATE_SPEED;
    int layers = start.getLayerCount();
    int experts = start.getExpertCount();
    try {
      if (start.getInitialBiasCount() == 0) {
        return new BiasController(layers, experts, speed);
      }
      if (start.getInitialBiasCount() != layers) {
        throw new InvalidMessageException(
            "start.initial_bias",
            start.getInitialBiasCount()
                + " layers of biases for "
                + layers
                + " layers\nMaybe the checkpoint is of another model.");
      }
      double[][] bias = new double[layers][];
      for (int l = 0; l < layers; l++) {
        bias[l] =
            start.getInitialBias(l).getBiasList().stream()
                .mapToDouble(Double::doubleValue)
                .toArray();
        if (bias[l].length != experts) {
          throw new InvalidMessageException(
              "start.initial_bias[" + l + "].bias",
              bias[l].length
                  + " biases for "
                  + experts
                  + " experts\nMaybe the checkpoint is of another model.");
        }
      }
      return new BiasController(bias, speed);
    } catch (InvalidBiasException e) {
      throw invalid("start.", e);
    }
  }

  /** The tokens of a step; layers x experts. */
  public static double[][] loads(Step step) {
    double[][] loads = new double[step.getLoadsCount()][];
    for (int l = 0; l < loads.length; l++) {
      loads[l] = new double[step.getLoads(l).getTokensCount()];
      for (int e = 0; e < loads[l].length; e++) {
        long tokens = step.getLoads(l).getTokens(e);
        if (tokens < 0) {
          throw new InvalidMessageException(
              "step.loads[" + l + "].tokens[" + e + "]",
              Long.toUnsignedString(tokens) + " tokens\nMaybe a counter overflowed.");
        }
        loads[l][e] = tokens;
      }
    }
    return loads;
  }

  /** Takes a step: its speed, if any, then its loads. Nothing changes when it is refused. */
  public static void apply(BiasController controller, Step step, double[][] loads) {
    double before = controller.updateSpeed();
    try {
      if (step.hasUpdateSpeed()) {
        controller.setUpdateSpeed(step.getUpdateSpeed());
      }
      controller.step(loads);
    } catch (InvalidBiasException e) {
      controller.setUpdateSpeed(before);
      throw invalid("step.", e);
    }
  }

  /** The answer to a step. */
  public static BalanceExpertsResponse toProto(
      long number, BiasController controller, double[][] loads) {
    BalanceExpertsResponse.Builder reply =
        BalanceExpertsResponse.newBuilder().setStepNumber(number);
    for (double[] row : controller.bias()) {
      LayerBias.Builder layer = LayerBias.newBuilder();
      for (double bias : row) {
        layer.addBias(bias);
      }
      reply.addLayers(layer);
    }
    for (double[] row : loads) {
      reply.addMaxViolation(BiasController.maxViolation(row));
    }
    return reply.build();
  }

  /** The engine's name of a field as the message has it. */
  private static InvalidMessageException invalid(String prefix, InvalidBiasException e) {
    String field =
        e.field()
            .replace(".length", "")
            .replaceAll("^loads(\\[\\d+\\])(\\[\\d+\\])?$", "loads$1.tokens$2")
            .replaceAll("^initial_bias(\\[\\d+\\])(\\[\\d+\\])?$", "initial_bias$1.bias$2")
            .replaceAll("^layers$", "layer_count")
            .replaceAll("^experts$", "expert_count");
    return new InvalidMessageException(prefix + field, String.valueOf(e.getMessage()));
  }
}
