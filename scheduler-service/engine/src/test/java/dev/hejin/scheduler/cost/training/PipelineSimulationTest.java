package dev.hejin.scheduler.cost.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.hejin.scheduler.cost.training.PipelineSimulation.Outcome;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Idle time against table 2 of the DeepSeek-V3 report, and for the interleaved one Megatron-LM. */
class PipelineSimulationTest {
  private static final double F = 1;
  private static final double BI = 1;
  private static final double W = 1;
  private static final double B = BI + W;

  private static Outcome run(PipelineSchedule schedule, int ranks, int microbatches, int chunks) {
    return run(schedule, ranks, microbatches, chunks, 1);
  }

  private static Outcome run(
      PipelineSchedule schedule, int ranks, int microbatches, int chunks, double overlap) {
    StageTimes times = StageTimes.equal(schedule.stages(ranks, chunks), F, BI, W, overlap);
    return PipelineSimulation.run(schedule, ranks, microbatches, chunks, times);
  }

  @ParameterizedTest
  @CsvSource({"2, 4", "4, 8", "8, 16", "16, 64"})
  void shouldAgreeWithTheFormulasOfOneWayPipelines(int ranks, int microbatches) {
    // When
    Outcome plain = run(PipelineSchedule.ONE_FORWARD_ONE_BACKWARD, ranks, microbatches, 1);
    Outcome filled = run(PipelineSchedule.ZERO_BUBBLE, ranks, microbatches, 1);

    // Then
    assertThat(plain.idleSeconds()).isCloseTo((ranks - 1) * (F + B), within(1e-9));
    assertThat(filled.idleSeconds()).isCloseTo((ranks - 1) * (F + B - 2 * W), within(1e-9));
  }

  @ParameterizedTest
  @CsvSource({"4, 8, 2", "4, 16, 4", "8, 16, 2"})
  void shouldDivideIdleTimeByTheChunksOfARank(int ranks, int microbatches, int chunks) {
    // When: a rank's layers are cut in chunks, each of F and B.
    Outcome outcome = run(PipelineSchedule.INTERLEAVED, ranks, microbatches, chunks);

    // Then: (ranks - 1) (F + B) of the whole rank, divided by the chunks.
    assertThat(outcome.idleSeconds()).isCloseTo((ranks - 1) * (F + B), within(1e-9));
  }

  @ParameterizedTest
  @CsvSource({"4, 8, 1", "4, 16, 0.8", "8, 32, 0.9", "16, 32, 1", "16, 128, 0.85"})
  void shouldAgreeWithTheFormulaOfDualPipe(int ranks, int microbatches, double overlap) {
    // When
    Outcome outcome = run(PipelineSchedule.DUAL_PIPE, ranks, microbatches, 1, overlap);

    // Then
    double pair = (F + B) * overlap;
    assertThat(outcome.mostIdleSeconds())
        .isCloseTo((ranks / 2.0 - 1) * (pair + B - 3 * W), within(1e-6));
  }

  @ParameterizedTest
  @CsvSource({"2, 8", "4, 16", "8, 32"})
  void shouldAgreeWithTheFormulaOfDualPipeFoldedInHalf(int ranks, int microbatches) {
    // When: twice as many stages as ranks.
    Outcome outcome = run(PipelineSchedule.DUAL_PIPE_V, ranks, microbatches, 1);

    // Then
    assertThat(outcome.mostIdleSeconds())
        .isCloseTo((ranks - 1) * (F + B + B - 3 * W), within(1e-6));
  }

  @Test
  void shouldWaitForTheSlowestStage() {
    // Given: one of four stages takes twice as long.
    StageTimes times =
        StageTimes.of(
            new double[] {1, 2, 1, 1}, new double[] {1, 2, 1, 1}, new double[] {1, 2, 1, 1}, 1);

    // When
    Outcome outcome =
        PipelineSimulation.run(PipelineSchedule.ONE_FORWARD_ONE_BACKWARD, 4, 32, 1, times);

    // Then: its work, and filling and draining the others.
    assertThat(outcome.seconds()).isBetween(32.0 * 6, 32.0 * 6 + 3 * 3);
  }

  @Test
  void shouldRefuseTooFewMicrobatches() {
    // When, then
    assertThatThrownBy(() -> run(PipelineSchedule.DUAL_PIPE, 8, 8, 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("8 microbatches")
        .hasMessageContaining("Maybe");
  }

  /**
   * DeepSeek-V3 on 2,048 H800: 16 stages, so 128 replicas of the pipeline; batches of 15,360
   * sequences of 4,096 tokens; 2 dollars an hour; 2.664 million device hours for 14.8T tokens
   * before context extension (arXiv 2412.19437, sections 1 and 4.2). The published trace of a pair
   * of chunks with 4 MoE layers takes 129 ms (deepseek-ai/profile-data).
   */
  @Test
  void shouldComeCloseToTheBillOfDeepSeekV3() {
    // Given: 61 layers and one that predicts a second token, each with a head of 7168 x 129280 at
    // 60 % of 989 Top/s; a pair is a forward and a backward, three equal parts.
    double layers = 62 * 0.129 / 4;
    double heads = 2 * 6 * 7_168.0 * 129_280 * 4_096 / (0.6 * 989e12);
    double third = (layers + heads) / 16 / 3;
    StageTimes times = StageTimes.equal(16, third, third, third, 1);
    int sequences = 15_360 / (2_048 / 16);

    // When
    Outcome step = PipelineSimulation.run(PipelineSchedule.DUAL_PIPE, 16, sequences, 1, times);
    TrainingBill bill = TrainingBill.of(14.8e12, 15_360.0 * 4_096, step.seconds(), 2_048, 2);

    // Then: what is not in the trace (optimizer, pipeline transfers, smaller batches at the start,
    // restarts) is not in the bill either.
    assertThat(bill.deviceHours() / 2.664e6).isBetween(0.78, 1.0);
    assertThat(bill.usd()).isCloseTo(2 * bill.deviceHours(), within(1e-6));
  }
}
