package dev.hejin.scheduler.importer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hejin.scheduler.model.ModelSpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ModelNamesTest {
  @ParameterizedTest
  @CsvSource({
    "nvidia/DeepSeek-R1-NVFP4, deepseek-v3",
    "deepseek-ai/DeepSeek-R1-0528, deepseek-v3",
    "nvidia/DeepSeek-V3.1-NVFP4, deepseek-v3",
    "deepseek-ai/DeepSeek-V3.2-Exp, deepseek-v3.2",
    "Qwen/Qwen3-32B-FP8, qwen3-32b",
    "nvidia/Qwen3-32B-NVFP4, qwen3-32b",
    "Qwen/Qwen3-235B-A22B-Instruct-2507-FP8, qwen3-235b-a22b",
    "meta-llama/Llama-3.1-8B-Instruct, llama-3.1-8b",
    "meta-llama/Meta-Llama-3.1-70B-Instruct, llama-3.1-70b",
    "nvidia/Llama-3.3-70B-Instruct-FP8, llama-3.1-70b",
    "RedHatAI/Llama-3.3-70B-Instruct-quantized.w8a8, llama-3.1-70b",
    "mistralai/Mixtral-8x7B-Instruct-v0.1, mixtral-8x7b",
    "mistralai/Mixtral-8x22B-v0.1, mixtral-8x22b",
    "moonshotai/Kimi-K2-Thinking, kimi-k2",
    "zai-org/GLM-4.6-FP8, glm-4.5",
    "Qwen/Qwen2.5-72B-Instruct-AWQ, qwen2.5-72b",
    "openai/gpt-oss-20b, gpt-oss-20b",
    "meta-llama/Llama-4-Scout-17B-16E-Instruct, llama-4-scout"
  })
  void shouldFindModelsByTheNamesThatPeopleGiveThem(String name, String expected) {
    // When
    ModelSpec model = ModelCatalog.bundled().resolve(name).orElseThrow();

    // Then
    assertThat(model.name()).isEqualTo(expected);
  }

  @Test
  void shouldNotTakeAnotherSizeForTheSame() {
    // When, then
    assertThat(ModelCatalog.bundled().resolve("Qwen/Qwen3-33B")).isEmpty();
    assertThat(ModelCatalog.bundled().resolve("")).isEmpty();
  }
}
