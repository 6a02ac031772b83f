package dev.hejin.scheduler.balance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.util.Arrays;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The balance to reach on recorded and synthetic loads; skipped where these are not at hand. */
class SharedCasesTest {
  private final SharedCases cases = new SharedCases();

  @BeforeEach
  void needCases() {
    assumeTrue(cases.present(), "no shared cases");
  }

  @ParameterizedTest
  @CsvSource({
    "P32g_decode_in1000out1000,0.9995",
    "P32g_prefill_in1024,0.9995",
    "P32g_logn1,0.9995",
    "P32g_zipf09,0.9995",
    "E36g_decode_in1000out1000,0.999",
    "E36g_prefill_in1024,0.999",
    "E36g_logn1,0.999",
    "E36g_zipf09,0.999",
    "E64g_decode_in1000out1000,0.9995",
    "E64g_prefill_in1024,0.9995",
    "E64g_logn1,0.9995",
    "E64g_zipf09,0.9995",
    "E144g_decode_in1000out1000,0.875",
    "E144g_prefill_in1024,0.875",
    "E160g_decode_in1000out1000,0.97",
    "E160g_prefill_in1024,0.97",
    "P32h_decode_in1000out1000,0.7855",
    "P32h_prefill_in1024,0.8731",
    "E64h_decode_in1000out1000,0.5349",
    "E64h_prefill_in1024,0.6246",
  })
  void shouldReachTheBalanceOfEachCase(String name, double balance) throws IOException {
    // Given
    BalanceProblem problem = cases.problem(name).build();

    // When
    BalanceResult result = new Balancer(BalanceOptions.DEFAULT).balance(problem);

    // Then
    assertThat(new PlacementVerifier(problem).violations(result)).isEmpty();
    assertThat(result.balancedness()).isGreaterThanOrEqualTo(balance);
  }

  @ParameterizedTest
  @CsvSource({"0.5,16,true,0.999", "0.5,16,false,0.985", "0.7,1,false,0.999"})
  void shouldServeSlowDevices(double speed, int slow, boolean proportional, double balance)
      throws IOException {
    // Given
    double[] speeds = new double[32];
    int[] slots = new int[32];
    for (int d = 0; d < 32; d++) {
      speeds[d] = d < 32 - slow ? 1 : speed;
      slots[d] = !proportional ? 9 : d < 16 ? 12 : 6;
    }
    double[][] loads = cases.weights("P32g_decode_in1000out1000");
    BalanceProblem problem = BalanceProblem.builder(loads, slots).speeds(speeds).build();

    // When
    BalanceResult result = new Balancer(BalanceOptions.DEFAULT).balance(problem);

    // Then
    assertThat(new PlacementVerifier(problem).violations(result)).isEmpty();
    assertThat(result.balancedness()).isGreaterThanOrEqualTo(balance);
  }

  @ParameterizedTest
  @CsvSource({
    "h100-a100-l40s-24-alpha1.01,1.02",
    "h100-a100-l40s-24-alpha1.2,1.10",
    "homogeneous-h100-32-alpha1.01,1.0018",
    "homogeneous-h100-32-alpha1.2,1.0110",
  })
  void shouldComeNearTheBoundAtMeasuredSpeeds(String name, double factor) throws IOException {
    // Given
    BalanceProblem problem = cases.problem(name).build();
    BalanceOptions options = BalanceOptions.DEFAULT.with(Split.WEIGHTED);

    // When
    BalanceResult result = new Balancer(options).balance(problem);

    // Then
    assertThat(new PlacementVerifier(problem).violations(result)).isEmpty();
    assertThat(result.totalSeconds()).isLessThan(factor * cases.lowerBoundSeconds(name));
  }

  @Test
  void shouldFollowADriftWithFewCopies() throws IOException {
    // Given
    double[][][] windows = cases.windows();
    Balancer balancer = new Balancer(BalanceOptions.DEFAULT);
    int[][] placement =
        balancer.balance(BalanceProblem.builder(windows[0], 288, 32).build()).slotExpert();
    double next = score(windows[1], placement);
    int copies = 0;

    // When
    for (int t = 1; t + 1 < windows.length; t++) {
      BalanceProblem problem =
          BalanceProblem.builder(windows[t], 288, 32)
              .previous(placement)
              .history(Arrays.copyOfRange(windows, Math.max(0, t - 7), t))
              .build();
      BalanceResult result = balancer.balance(problem);
      placement = result.slotExpert();
      copies += result.moves();
      next += score(windows[t + 1], placement);
    }

    // Then
    assertThat(next / (windows.length - 1)).isGreaterThanOrEqualTo(0.973);
    assertThat(copies).isLessThanOrEqualTo((windows.length - 2) * 58 * 288 / 50);
  }

  static double score(double[][] loads, int[][] placement) {
    double sum = 0;
    for (int l = 0; l < loads.length; l++) {
      int[] count = new int[loads[l].length];
      for (int e : placement[l]) {
        count[e]++;
      }
      double[] time = new double[32];
      for (int s = 0; s < placement[l].length; s++) {
        time[s / 9] += loads[l][placement[l][s]] / count[placement[l][s]];
      }
      sum += Arrays.stream(time).average().orElseThrow() / Arrays.stream(time).max().orElseThrow();
    }
    return sum / loads.length;
  }
}
