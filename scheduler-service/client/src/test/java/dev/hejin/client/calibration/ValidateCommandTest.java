package dev.hejin.client.calibration;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hejin.client.balance.Run;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** On tables that are made up from a known curve, so that the right answer is known. */
class ValidateCommandTest {
  private static final String[] SYSTEMS = {"a100_sxm", "h100_sxm", "b200_sxm"};
  private static final double[] BANDWIDTH = {2039e9, 3350e9, 7700e9};
  private static final double[] PEAK = {312e12, 989e12, 2250e12};

  @TempDir private Path folder = Path.of("");

  /** Three devices that all reach 80 % of their bandwidth and 60 % of their operations. */
  private void tables() throws IOException {
    StringBuilder table =
        new StringBuilder(
            "sys,moe_dtype,num_tokens,hidden_size,inter_size,topk,num_experts,moe_tp_size,"
                + "moe_ep_size,distribution,latency_ms\n");
    for (int s = 0; s < SYSTEMS.length; s++) {
      for (int tokens = 1; tokens <= 16_384; tokens *= 2) {
        for (int ep = 1; ep <= 8; ep *= 2) {
          double experts = Math.min(128, tokens * 8) / (double) ep;
          double weights = 3.0 * 4096 * 1536;
          double read = 2 * weights / (0.8 * BANDWIDTH[s]);
          double each = 2 * weights / (0.6 * PEAK[s]);
          double n = Math.max(1, tokens * 8 / 128.0);
          double seconds = 30e-6 + Math.max(1, experts) * Math.max(read, each * (n + 64));
          table.append(
              String.format(
                  Locale.ROOT,
                  "%s,bfloat16,%d,4096,1536,8,128,1,%d,balanced,%.6f%n",
                  SYSTEMS[s],
                  tokens,
                  ep,
                  seconds * 1e3));
        }
      }
    }
    Files.writeString(folder.resolve("moe_kernel_ms.csv"), table);
  }

  @Test
  void shouldPredictDevicesThatWereLeftOutWhenAllFollowOneCurve() throws IOException {
    // Given
    tables();
    Path report = folder.resolve("report.html");

    // When
    Run run = PredictCommandTest.run("validate", folder.toString(), "-o", report.toString());

    // Then
    assertThat(run.exitCode()).as(run.err()).isZero();
    String total =
        run.out().lines().filter(line -> line.startsWith("  all")).findFirst().orElseThrow();
    assertThat(Double.parseDouble(total.trim().split(" +", -1)[2])).isLessThan(12);
    String html = Files.readString(report);
    assertThat(html).startsWith("<!doctype html>").contains("prefers-color-scheme:dark");
    assertThat(html).doesNotContain("http");
  }

  @Test
  void shouldCalibrateAndPredictWithTheNewParameters() throws IOException {
    // Given
    tables();
    Path parameters = folder.resolve("parameters.properties");
    Path out = folder.resolve("out.csv");

    // When
    Run calibrated =
        PredictCommandTest.run("calibrate", folder.toString(), "-o", parameters.toString());
    Run predicted =
        PredictCommandTest.run(
            "predict",
            "--kind",
            "moe-kernel",
            "--parameters",
            parameters.toString(),
            folder.resolve("moe_kernel_ms.csv").toString(),
            "-o",
            out.toString());

    // Then
    assertThat(calibrated.exitCode()).as(calibrated.err()).isZero();
    assertThat(Files.readString(parameters)).contains("kernel.h100_sxm/memory = ");
    assertThat(predicted.exitCode()).as(predicted.err()).isZero();
    assertThat(Files.readAllLines(out))
        .hasSize(Files.readAllLines(folder.resolve("moe_kernel_ms.csv")).size());
  }

  @Test
  void shouldSayThatAFolderHasNoTables() {
    // When
    Run run =
        PredictCommandTest.run(
            "validate", folder.toString(), "-o", folder.resolve("r.html").toString());

    // Then
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err())
        .contains("neither moe_kernel_ms.csv nor end_to_end.csv")
        .contains("Maybe");
  }
}
