package dev.hejin.scheduler.cost.training;

/**
 * One expert layer of a training run as a trace shows it: forward of one microbatch beside backward
 * of another.
 *
 * @param tokens of a microbatch
 * @param sequenceTokens length of its texts
 * @param pairSeconds of forward and backward together
 * @param computeShare of the pair's time in which the compute stream works
 * @param exchangeShare of the pair's time in which the exchange stream works
 * @param attentionForwardSeconds of the attention core
 * @param attentionBackwardSeconds of the attention core
 */
public record MeasuredLayer(
    double tokens,
    double sequenceTokens,
    double pairSeconds,
    double computeShare,
    double exchangeShare,
    double attentionForwardSeconds,
    double attentionBackwardSeconds) {
  public MeasuredLayer {
    TrainingDevice.above0("tokens of a microbatch", tokens);
    TrainingDevice.above0("length of its texts", sequenceTokens);
    TrainingDevice.above0("seconds of a pair", pairSeconds);
    TrainingDevice.share("compute share", computeShare);
    TrainingDevice.share("exchange share", exchangeShare);
    double attention = attentionForwardSeconds + attentionBackwardSeconds;
    if (!(attention >= 0 && attention < pairSeconds * computeShare)) {
      throw new IllegalArgumentException(
          "attention takes "
              + attention
              + " s, the compute stream works "
              + pairSeconds * computeShare
              + " s\nMaybe one is in milliseconds, or is of several layers.");
    }
  }
}
