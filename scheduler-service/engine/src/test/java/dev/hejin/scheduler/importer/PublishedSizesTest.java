package dev.hejin.scheduler.importer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.hejin.scheduler.model.ModelSpec;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Our counts against the publishers' figures. A figure is met when ours is within 1 % of it, or
 * rounds to it at the digits that were published ("37B" stands for 36.5 to 37.5).
 *
 * <p>Publishers count active weights in three ways: ALL; NO_EMBEDDING (the input table is a lookup,
 * the head is a product); NO_VOCABULARY (neither). The column says which one a figure fits; ALL_CUT
 * is ALL with digits cut off instead of rounded.
 */
class PublishedSizesTest {

  /** What a publisher counts as active. */
  enum Convention {
    ALL,
    ALL_CUT,
    NO_EMBEDDING,
    NO_VOCABULARY
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          # arXiv:2412.19437, abstract: 671B total, 37B activated
          deepseek-v3           | 671B  | 37B   | NO_EMBEDDING
          # huggingface.co/deepseek-ai/DeepSeek-V3.2: the V3 base; its indexer adds 0.85B
          deepseek-v3.2         | 671B  | 37B   | NO_EMBEDDING
          # arXiv:2606.19348, abstract: 1.6T total, 49B activated
          deepseek-v4-pro       | 1.6T  | 49B   | NO_EMBEDDING
          # huggingface.co/zai-org/GLM-5, model card: 744B total, 40B active
          glm-5                 | 744B  | 40B   | NO_VOCABULARY
          # gpt-oss model card (arXiv:2508.10925), table 1: 116.83B total, 5.13B active,
          # which counts the head and not the embedding
          gpt-oss-120b          | 116.83B | 5.13B | NO_EMBEDDING
          # arXiv:2407.21783, table 3 and the checkpoint's metadata
          llama-3.1-70b         | 70.6B | 70.6B | ALL
          # huggingface.co/meta-llama/Llama-4-Maverick-17B-128E-Instruct: 400B total, 17B active
          llama-4-maverick      | 400B  | 17B   | ALL
          # huggingface.co/MiniMaxAI/MiniMax-M2.5: 230B total, 10B active
          minimax-m2.5          | 230B  | 10B   | NO_VOCABULARY
          # arXiv:2401.04088: 47B total (46.7B in the announcement), 13B active
          mixtral-8x7b          | 46.7B | 13B   | ALL
          # huggingface.co/Qwen/Qwen3-235B-A22B, model card
          qwen3-235b-a22b       | 235B  | 22B   | ALL
          # huggingface.co/Qwen/Qwen3-30B-A3B, model card; the active 3.353B were cut, not rounded
          qwen3-30b-a3b         | 30.5B | 3.3B  | ALL_CUT
          # huggingface.co/Qwen/Qwen3-32B, model card
          qwen3-32b             | 32.8B | 32.8B | ALL
          # huggingface.co/Qwen/Qwen3-Coder-480B-A35B-Instruct, model card
          qwen3-coder-480b-a35b | 480B  | 35B   | ALL
          # huggingface.co/moonshotai/Kimi-K2-Instruct, model card: 1T total, 32B activated.
          # arXiv:2507.20534 says 1.04T: see the test below
          kimi-k2               | 1T    | 32B   | NO_EMBEDDING
          # arXiv:2405.04434, abstract: 236B total, 21B activated
          deepseek-v2           | 236B  | 21B   | NO_EMBEDDING
          # arXiv:2508.06471, abstract: 355B total, 32B activated; Air 106B, 12B
          glm-4.5               | 355B  | 32B   | NO_VOCABULARY
          glm-4.5-air           | 106B  | 12B   | NO_VOCABULARY
          # gpt-oss model card (arXiv:2508.10925), table 1
          gpt-oss-20b           | 20.91B | 3.61B | NO_EMBEDDING
          # huggingface.co/mistralai/Mixtral-8x22B-v0.1: 141B total, 39B active
          mixtral-8x22b         | 141B  | 39B   | ALL
          # huggingface.co/meta-llama/Llama-4-Scout-17B-16E-Instruct: 109B total with 0.9B of vision, 17B active
          llama-4-scout         | 108B  | 17B   | ALL
          # huggingface.co/Qwen/Qwen3-Next-80B-A3B-Instruct: 80B total
          qwen3-next-80b-a3b    | 80B   | 3B    | NO_VOCABULARY
          # huggingface.co/Qwen/Qwen3.5-397B-A17B: the name
          qwen3.5-397b-a17b     | 397B  | 17B   | ALL
          # arXiv:2407.21783 and huggingface.co/meta-llama
          llama-3.1-8b          | 8.03B | 8.03B | ALL
          llama-3.1-405b        | 405B  | 405B  | ALL
          llama-2-7b            | 6.74B | 6.74B | ALL
          llama-2-13b           | 13.0B | 13.0B | ALL
          llama-2-70b           | 69B   | 69B   | ALL
          # huggingface.co/Qwen, model cards of Qwen2.5 and Qwen3
          qwen2.5-7b            | 7.61B | 7.61B | ALL
          qwen2.5-14b           | 14.7B | 14.7B | ALL
          qwen2.5-32b           | 32.5B | 32.5B | ALL
          qwen2.5-72b           | 72.7B | 72.7B | ALL
          qwen3-8b              | 8.2B  | 8.2B  | ALL
          qwen3-14b             | 14.8B | 14.8B | ALL
          # huggingface.co/mistralai, model cards
          mistral-7b            | 7.25B | 7.25B | ALL
          mistral-nemo-12b      | 12.2B | 12.2B | ALL
          mistral-small-24b     | 23.6B | 23.6B | ALL
          mistral-large-123b    | 123B  | 123B  | ALL
          # huggingface.co/microsoft/phi-4: 14.7B
          phi-4                 | 14.7B | 14.7B | ALL
          """)
  void shouldMatchPublishedSizes(String name, String total, String active, Convention convention) {
    // Given
    ModelSpec model = ModelCatalog.bundled().model(name);

    // When
    long ours = active(model, convention);
    double slack = slack(active) * (convention == Convention.ALL_CUT ? 2 : 1);

    // Then
    assertThat((double) model.totalParameters()).isCloseTo(value(total), within(slack(total)));
    assertThat((double) ours).isCloseTo(value(active), within(slack));
  }

  /**
   * Weights in the published checkpoints as their metadata gives them, without scales, prediction
   * modules and routing tables.
   */
  @ParameterizedTest(name = "{0}")
  @CsvSource({
    "deepseek-v3, 671026419200",
    "deepseek-v4-pro, 1572997201763",
    "kimi-k2, 1026408232448",
    "llama-3.1-70b, 70553706496",
    "mixtral-8x7b, 46702792704",
    "qwen3-235b-a22b, 235093634560",
    "qwen3-30b-a3b, 30532122624",
    "qwen3-32b, 32762123264",
    "gpt-oss-120b, 116829156672"
  })
  void shouldMatchCheckpointsExactly(String name, long parameters) {
    // When
    ModelSpec model = ModelCatalog.bundled().model(name);

    // Then
    assertThat(model.totalParameters()).isEqualTo(parameters);
  }

  /**
   * The technical report of Kimi-K2 (arXiv:2507.20534) says 1.04T and, in the same table, one dense
   * layer. Its config gives 1.026T; 1.04T is what 61 layers of experts and no dense layer would
   * have.
   */
  @Test
  void shouldExplainTheReportOfKimiK2() {
    // Given
    ModelSpec model = ModelCatalog.bundled().model("kimi-k2");

    // When
    long withoutDenseLayer =
        model.totalParameters()
            - model.layers().getFirst().totalParameters()
            + model.layers().getLast().totalParameters();

    // Then
    assertThat((double) model.totalParameters()).isCloseTo(1.026e12, within(0.001e12));
    assertThat((double) withoutDenseLayer).isCloseTo(1.04e12, within(0.005e12));
  }

  private static long active(ModelSpec model, Convention convention) {
    return switch (convention) {
      case ALL, ALL_CUT -> model.activeParameters();
      case NO_EMBEDDING -> model.activeParameters() - model.embeddingParameters();
      case NO_VOCABULARY ->
          model.activeParameters() - model.embeddingParameters() - model.headParameters();
    };
  }

  private static double unit(String figure) {
    return figure.toUpperCase(Locale.ROOT).endsWith("T") ? 1e12 : 1e9;
  }

  private static double value(String figure) {
    return Double.parseDouble(figure.substring(0, figure.length() - 1)) * unit(figure);
  }

  /** One percent, or half of the last published digit when that is more. */
  private static double slack(String figure) {
    int point = figure.indexOf('.');
    int decimals = point < 0 ? 0 : figure.length() - 2 - point;
    return Math.max(0.01 * value(figure), 0.5 * unit(figure) / Math.pow(10, decimals));
  }
}
