package dev.hejin.scheduler.cost.calibration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hejin.scheduler.cost.collective.DispatchCase;
import dev.hejin.scheduler.cost.collective.DispatchKind;
import java.util.List;
import org.junit.jupiter.api.Test;

class CalibrationTextTest {
  @Test
  void shouldReadWhatItWrote() {
    // Given
    Calibration shipped = Calibration.shipped();

    // When
    String text = CalibrationText.format(shipped, List.of("a header"));
    Calibration again = CalibrationText.parse(text);

    // Then
    assertThat(text).startsWith("# a header\n");
    assertThat(again.tokens().named()).isEqualTo(shipped.tokens().named());
    assertThat(again.measuredKernels().keySet()).isEqualTo(shipped.measuredKernels().keySet());
  }

  @Test
  void shouldRefuseAParameterThatNoCurveHas() {
    // When, then
    assertThatThrownBy(() -> CalibrationText.parse("tokens/no.such = 1"))
        .hasMessageContaining("tokens/no.such")
        .hasMessageContaining("Maybe");
    assertThatThrownBy(() -> CalibrationText.parse("tokens/memory = 0"))
        .hasMessageContaining("memory = 0.0 is not above 0");
    assertThatThrownBy(() -> CalibrationText.parse("nonsense"))
        .hasMessageContaining("line 1: nonsense");
  }

  @Test
  void shouldTakeTheNearestMeasuredCurve() {
    // Given
    Calibration shipped = Calibration.shipped();
    DispatchKind kind = DispatchKind.LOW_LATENCY_DISPATCH;

    // When
    double own = seconds(shipped, kind, "h100_sxm");
    double kin = seconds(shipped, kind, "h200_sxm", "h100_sxm");
    double any = seconds(shipped, kind, "unheard-of");

    // Then
    assertThat(kin).isEqualTo(own);
    assertThat(any).isNotEqualTo(own);
  }

  private static double seconds(Calibration calibration, DispatchKind kind, String... names) {
    return calibration.dispatchCurve(kind, names).seconds(exchange(kind, 1, 128, 0));
  }

  @Test
  void shouldSendMoreSlowlyBetweenNodes() {
    // Given
    Calibration shipped = Calibration.shipped();

    // When, then
    for (DispatchKind kind : DispatchKind.values()) {
      int cores = kind.name().startsWith("NORMAL") ? 20 : 0;
      double near = shipped.dispatchCurve(kind).seconds(exchange(kind, 1, 128, cores));
      double far = shipped.dispatchCurve(kind).seconds(exchange(kind, 4, 128, cores));
      double more = shipped.dispatchCurve(kind).seconds(exchange(kind, 1, 4096, cores));
      assertThat(far).as("%s", kind).isGreaterThan(near);
      assertThat(more).as("%s", kind).isGreaterThan(near * 4);
    }
  }

  private static DispatchCase exchange(DispatchKind kind, int nodes, int tokens, int cores) {
    return new DispatchCase("d", 450e9, 50e9, 8, nodes, 7168, tokens, 8, 256, cores, kind);
  }
}
