package dev.hejin.scheduler.cost.serving;

import dev.hejin.scheduler.cost.fit.ParameterValues;
import dev.hejin.scheduler.cost.fit.RobustFit;
import java.util.List;

/**
 * One measured deployment.
 *
 * @param tokenSeconds measured time per output token
 * @param firstSeconds measured time to first token; 0 when it was not measured
 */
public record ServingSample(ServingCase given, double tokenSeconds, double firstSeconds) {

  /** Fits time per output token. */
  public static ParameterValues fitTokens(List<ServingSample> samples) {
    return RobustFit.fit(
        ServingCurve.fitted(),
        samples.size(),
        (values, into) -> {
          ServingCurve curve = new ServingCurve(values);
          for (int i = 0; i < samples.size(); i++) {
            ServingSample sample = samples.get(i);
            into[i] = Math.log(curve.tokenSeconds(sample.given()) / sample.tokenSeconds());
          }
        });
  }

  /** Fits time to first token on top of a fitted time per output token. */
  public static ParameterValues fitFirst(List<ServingSample> samples, ServingCurve tokens) {
    List<ServingSample> measured = samples.stream().filter(s -> s.firstSeconds() > 0).toList();
    return RobustFit.fit(
        FirstTokenCurve.fitted(),
        measured.size(),
        (values, into) -> {
          FirstTokenCurve curve = new FirstTokenCurve(values, tokens);
          for (int i = 0; i < measured.size(); i++) {
            ServingSample sample = measured.get(i);
            into[i] = Math.log(curve.seconds(sample.given()) / sample.firstSeconds());
          }
        });
  }
}
