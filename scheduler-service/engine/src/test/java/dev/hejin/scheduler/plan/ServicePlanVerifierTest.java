package dev.hejin.scheduler.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hejin.scheduler.model.Workload;
import dev.hejin.scheduler.plan.Violation.Kind;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What only a plan of several pipelines can get wrong. */
class ServicePlanVerifierTest {
  private static final int SEQUENCES = 64;

  private static Pipeline pipeline(int sequences, double trafficShare) {
    Plan plan = TestPlans.plan(TestPlans.placement(), TestPlans.memory());
    return new Pipeline(new Workload(sequences, 4096), trafficShare, plan);
  }

  private static List<Violation> verify(Pipeline... pipelines) {
    ServicePlan plan =
        new ServicePlan(List.of(pipelines), 1, 1, 2, Double.NaN, List.of(), List.of());
    return ServicePlanVerifier.verify(
        TestPlans.MODEL, TestPlans.pool(), plan, SEQUENCES, TestPlans::bytes);
  }

  @Test
  void shouldFindNothingInAGoodPlan() {
    assertThat(verify(pipeline(SEQUENCES, 1))).isEmpty();
  }

  @Test
  void shouldFindTrafficThatNobodyTakes() {
    // When
    List<Violation> violations = verify(pipeline(SEQUENCES, 0.9));

    // Then
    assertThat(violations).extracting(Violation::kind).containsExactly(Kind.TRAFFIC_SHARE_SUM);
  }

  @Test
  void shouldFindSequencesThatNobodyDecodes() {
    // When
    List<Violation> violations = verify(pipeline(SEQUENCES - 1, 1));

    // Then
    assertThat(violations).extracting(Violation::kind).containsExactly(Kind.TRAFFIC_SHARE_SUM);
  }

  @Test
  void shouldFindDevicesOfTwoPipelines() {
    // When
    List<Violation> violations = verify(pipeline(SEQUENCES / 2, 0.5), pipeline(SEQUENCES / 2, 0.5));

    // Then
    assertThat(violations).extracting(Violation::kind).containsOnly(Kind.DEVICE_REPEATED);
  }
}
