package dev.hejin.scheduler.cost.kernel;

import dev.hejin.scheduler.cost.fit.Parameter;
import dev.hejin.scheduler.cost.fit.ParameterValues;
import dev.hejin.scheduler.cost.fit.RobustFit;
import java.util.List;

/**
 * One measured or asked kernel.
 *
 * @param tokens of the whole expert-parallel group
 * @param spreads possible on the fullest device
 * @param seconds measured; 0 when it is only asked for
 */
public record KernelSample(
    KernelDevice device,
    ExpertFormat format,
    ExpertLayer layer,
    int tokens,
    List<TokenHistogram> spreads,
    double seconds) {

  public double predicted(ExpertKernel kernel) {
    return kernel.seconds(device, format, layer, tokens, spreads);
  }

  /** Fits one curve to samples of any devices. */
  public static ParameterValues fit(List<KernelSample> samples, List<Parameter> parameters) {
    return RobustFit.fit(
        parameters,
        samples.size(),
        (values, into) -> {
          ExpertKernel kernel = new ExpertKernel(values);
          for (int i = 0; i < samples.size(); i++) {
            KernelSample sample = samples.get(i);
            into[i] = Math.log(sample.predicted(kernel) / sample.seconds());
          }
        });
  }
}
