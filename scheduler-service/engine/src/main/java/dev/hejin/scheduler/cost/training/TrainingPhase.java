package dev.hejin.scheduler.cost.training;

/**
 * A part of a training run with one batch size and one length of text.
 *
 * @param name of the phase
 * @param tokens in all
 * @param sequencesPerStep batch size
 * @param sequenceTokens length of a text; a microbatch is one text
 */
public record TrainingPhase(
    String name, double tokens, double sequencesPerStep, double sequenceTokens) {
  public TrainingPhase {
    TrainingDevice.above0("tokens of phase " + name, tokens);
    TrainingDevice.above0("sequences of a step of phase " + name, sequencesPerStep);
    TrainingDevice.above0("length of a text of phase " + name, sequenceTokens);
  }
}
