package dev.hejin.scheduler.importer;

import java.util.List;
import java.util.Locale;

/** Names of models without what does not change their shape. */
final class ModelNames {
  /** Words after which a name says how weights were stored or tuned, not what they are. */
  private static final List<String> WORDS =
      List.of(
          "nvfp4",
          "mxfp4",
          "fp4",
          "fp8",
          "fp16",
          "bf16",
          "int4",
          "int8",
          "awq",
          "gptq",
          "w4a16",
          "w8a8",
          "w4a8",
          "gguf",
          "quantized",
          "dynamic",
          "block",
          "kv",
          "g32",
          "g64",
          "g128",
          "instruct",
          "chat",
          "it",
          "pt",
          "hf",
          "base",
          "thinking",
          "preview",
          "exp",
          "turbo",
          "v0.1",
          "v0.2",
          "v0.3",
          "meta",
          "nvidia",
          "amd",
          "qat",
          "mtp",
          "eagle3",
          "tee");

  private ModelNames() {}

  /** Lower case, no publisher, no words of storage or tuning, no dates. */
  static String bare(String name) {
    String last = name.strip().toLowerCase(Locale.ROOT);
    while (last.endsWith("/")) {
      last = last.substring(0, last.length() - 1);
    }
    last = last.substring(last.lastIndexOf('/') + 1).replace('_', '-');
    StringBuilder kept = new StringBuilder();
    for (String word : last.split("-", -1)) {
      boolean stored = word.startsWith("quantized.");
      if (stored || WORDS.contains(word) || word.matches("\\d{4,8}")) {
        continue;
      }
      kept.append(kept.isEmpty() ? "" : "-").append(word);
    }
    return kept.toString();
  }
}
