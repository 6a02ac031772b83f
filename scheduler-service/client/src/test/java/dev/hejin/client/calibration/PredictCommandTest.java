package dev.hejin.client.calibration;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hejin.client.ClientCommands;
import dev.hejin.client.Console;
import dev.hejin.client.balance.Run;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import picocli.CommandLine.Command;

class PredictCommandTest {
  private static final String KERNEL =
      "sys,moe_dtype,num_tokens,hidden_size,inter_size,topk,num_experts,moe_tp_size,moe_ep_size,"
          + "distribution\n";
  private static final String SERVING =
      "id,backend,model_path,system,precision,mode,isl,osl,batch_size,tp_size,pp_size,"
          + "attention_dp_size,moe_tp_size,moe_ep_size\n";

  /** Columns without which a row can still be read. */
  private static final List<String> OPTIONAL = List.of("id", "precision");

  @TempDir private Path folder = Path.of("");

  private Run predict(String kind, String table) {
    Path in = Run.file(folder, "in.csv", table);
    return run("predict", "--kind", kind, in.toString(), "-o", out().toString());
  }

  private Path out() {
    return folder.resolve("out.csv");
  }

  private List<String> rows() throws IOException {
    return Files.readAllLines(out());
  }

  static Run run(String... arguments) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    Console console = new Console(new PrintWriter(out), new PrintWriter(err));
    CommandLine line = new CommandLine(new Top());
    line.addSubcommand(new PredictCommand(console));
    line.addSubcommand(new CalibrateCommand(console));
    line.addSubcommand(new ValidateCommand(console));
    int exitCode = ClientCommands.withFailures(line, console).execute(arguments);
    return new Run(exitCode, out.toString(), err.toString());
  }

  @Test
  void shouldPredictKernelsOfMeasuredAndUnmeasuredSystems() throws IOException {
    // When
    Run run =
        predict(
            "moe-kernel",
            KERNEL
                + "h100_sxm,fp8_block,1024,4096,1536,8,128,1,1,balanced\n"
                + "h200_sxm,fp8_block,1024,4096,1536,8,128,1,1,power_law_1.2\n");

    // Then: 1.2 GB read at 3.35 and 4.8 TB/s at the very least.
    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(rows().getFirst()).endsWith("distribution,predicted,reason");
    assertThat(predicted(1)).isBetween(0.72, 3.0);
    assertThat(predicted(2)).isBetween(0.50, 3.0);
  }

  @Test
  void shouldSayWhyARowCannotBePredicted() throws IOException {
    // When
    Run run =
        predict(
            "moe-kernel",
            KERNEL
                + "mystery_9000,fp8,1024,4096,1536,8,128,1,1,balanced\n"
                + "h100_sxm,fp3,1024,4096,1536,8,128,1,1,balanced\n"
                + "h100_sxm,fp8,many,4096,1536,8,128,1,1,balanced\n"
                + "h100_sxm,fp8,16,4096,1536,8,128,1,256,balanced\n");

    // Then
    assertThat(run.exitCode()).isZero();
    assertThat(rows().get(1)).contains(",,").contains("system 'mystery_9000' is not known");
    assertThat(rows().get(2)).contains("moe_dtype 'fp3'");
    assertThat(rows().get(3)).contains("num_tokens = 'many'");
    assertThat(rows().get(4)).contains("128 experts");
    assertThat(run.out()).contains("predicted 0 of 4 rows");
  }

  @Test
  void shouldPredictServingWithTheTimeToTheFirstToken() throws IOException {
    // When
    Run run =
        predict(
            "end-to-end",
            SERVING
                + "a,vllm,Qwen/Qwen3-14B-FP8,h200_sxm,fp8,agg,1024,1024,16,2,1,1,,\n"
                + "b,vllm,unknown/model,h200_sxm,fp8,agg,1024,1024,16,2,1,1,,\n"
                + "c_c64_x,sglang,deepseek-ai/DeepSeek-R1,gb300,fp4,disagg,1024,1024,,,,,,\n");

    // Then
    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(rows().getFirst()).endsWith("predicted,predicted_ttft,reason");
    assertThat(rows().get(1).split(",", -1)).hasSize(17);
    assertThat(rows().get(2)).contains("model 'unknown/model' is not in the catalogue");
    assertThat(rows().get(3)).endsWith(",");
  }

  @Test
  void shouldPredictDispatchAndCombine() throws IOException {
    // When
    Run run =
        predict(
            "dispatch",
            "sys,node_num,hidden_size,num_token,num_topk,num_experts\n"
                + "h200_sxm,1,7168,128,8,256\n"
                + "h200_sxm,4,7168,128,8,256\n");

    // Then
    assertThat(run.exitCode()).as(run.err()).isZero();
    String[] near = rows().get(1).split(",", -1);
    String[] far = rows().get(2).split(",", -1);
    assertThat(Double.parseDouble(near[6])).isBetween(10.0, 100.0);
    assertThat(Double.parseDouble(far[6])).isGreaterThan(Double.parseDouble(near[6]));
    assertThat(Double.parseDouble(near[7])).isGreaterThan(Double.parseDouble(near[6]));
  }

  @Test
  void shouldNameAMissingColumnAndWriteNothing() {
    // When
    Run run = predict("moe-kernel", "sys,num_tokens\nh100_sxm,1\n");

    // Then
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err()).contains("column moe_dtype = missing").contains("Maybe");
    assertThat(out()).doesNotExist();
  }

  @Test
  void shouldNameEachMissingColumnOfEachTable() {
    // Given
    String dispatch = "sys,node_num,hidden_size,num_token,num_topk,num_experts";
    Map<String, String> tables =
        Map.of("moe-kernel", KERNEL.strip(), "end-to-end", SERVING.strip(), "dispatch", dispatch);

    // When / Then
    tables.forEach(
        (kind, header) -> {
          for (String column : header.split(",", -1)) {
            String left = ("," + header + ",").replace("," + column + ",", ",");
            String text = left.substring(1, left.length() - 1);
            Run run = predict(kind, text + "\n" + text.replaceAll("[^,]+", "1") + "\n");
            if (run.exitCode() != 0) {
              assertThat(run.exitCode()).as(kind + " without " + column).isEqualTo(2);
              assertThat(run.err()).contains("column " + column + " = missing").contains("Maybe");
              assertThat(run.err()).doesNotContain("\tat ");
            }
            assertThat(run.exitCode() == 0).isEqualTo(OPTIONAL.contains(column));
          }
        });
  }

  @Test
  void shouldRefuseAnUnknownKindAndALineOfAnotherLength() {
    // When
    Run kind = predict("kernels", KERNEL);
    Run line = predict("moe-kernel", KERNEL + "h100_sxm,fp8\n");

    // Then
    assertThat(kind.exitCode()).isEqualTo(2);
    assertThat(kind.err()).contains("--kind = kernels").contains("Maybe");
    assertThat(line.exitCode()).isEqualTo(2);
    assertThat(line.err()).contains("line 2 = 2 values").contains("Maybe");
  }

  private double predicted(int row) throws IOException {
    return Double.parseDouble(rows().get(row).split(",", -1)[10]);
  }

  @Command(name = "hejin")
  private static final class Top {}
}
