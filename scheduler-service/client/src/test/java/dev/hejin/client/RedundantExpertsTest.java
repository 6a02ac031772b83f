package dev.hejin.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hejin.proto.deployment.v1.ModelSource;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RedundantExpertsTest {
  @ParameterizedTest
  @CsvSource({"deepseek-v3, 256", "qwen3-30b-a3b, 128", "kimi-k2, 384", "mixtral-8x7b, 8"})
  void shouldComeToAsManyCopiesAsTheFileSays(String model, int experts) {
    // When / Then as the planner counts: the share of the experts, rounded down
    assertThat(IntStream.rangeClosed(0, 2 * experts))
        .allSatisfy(
            copies ->
                assertThat((int) Math.floor(experts * share(named(model), copies)))
                    .isEqualTo(copies));
  }

  @Test
  void shouldReadTheModelOfAConfigFile() {
    // Given
    ModelSource dense =
        ModelSource.newBuilder()
            .setName("small")
            .setConfigJson(
                """
                {"model_type": "llama", "hidden_size": 64, "intermediate_size": 128,
                 "num_hidden_layers": 2, "num_attention_heads": 4, "num_key_value_heads": 4,
                 "vocab_size": 100, "torch_dtype": "bfloat16"}
                """)
            .build();

    // When / Then
    assertThat(share(dense, 32)).isZero();
  }

  @Test
  void shouldLeaveUnknownModelsToTheScheduler() {
    // When / Then
    assertThat(RedundantExperts.share(named("no-such-model"), 32)).isEmpty();
    assertThat(RedundantExperts.share(ModelSource.newBuilder().setConfigJson("{").build(), 32))
        .isEmpty();
  }

  private static ModelSource named(String model) {
    return ModelSource.newBuilder().setCatalogName(model).build();
  }

  private static double share(ModelSource model, int copies) {
    return RedundantExperts.share(model, copies).orElseThrow();
  }
}
