package dev.hejin.scheduler.detect;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hejin.scheduler.model.ExpertLoad;
import dev.hejin.scheduler.model.ModelSpec;
import dev.hejin.scheduler.model.Samples;
import org.junit.jupiter.api.Test;

class LoadDriftTest {
  private static final ModelSpec MODEL = Samples.model();

  @Test
  void shouldNameTheExpertThatChangedMost() {
    // Given
    ExpertLoad planned = ExpertLoad.of(MODEL, new double[][] {{}, {1, 1, 1, 1}, {1, 1, 1, 1}});
    ExpertLoad seen = ExpertLoad.of(MODEL, new double[][] {{}, {1, 1, 1, 1}, {5, 1, 1, 1}});

    // When, then
    assertThat(LoadDrift.between(planned, seen))
        .hasToString("Optional[expert 0 of layer 2 takes 62.50 % instead of 25.00 %]");
  }

  @Test
  void shouldSayNothingWhenNothingChanged() {
    // When, then
    assertThat(LoadDrift.between(ExpertLoad.uniform(MODEL), ExpertLoad.uniform(MODEL))).isEmpty();
  }
}
