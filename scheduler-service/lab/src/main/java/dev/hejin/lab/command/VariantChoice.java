package dev.hejin.lab.command;

import dev.hejin.catalog.file.NearestNames;
import dev.hejin.client.planfile.BadFile;
import dev.hejin.lab.trial.Variant;
import dev.hejin.scheduler.policy.registry.Policies;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads which variants to try: names of the scenario's, names of policies, or {@code all-policies},
 * with commas between. A variant's own name may hold commas; the longest name that fits is taken.
 */
final class VariantChoice {
  private static final String ALL_POLICIES = "all-policies";

  private VariantChoice() {}

  static List<Variant> of(String text, List<Variant> ofScenario) {
    List<Variant> known = new ArrayList<>(ofScenario);
    for (String policy : Policies.names()) {
      if (known.stream().noneMatch(variant -> variant.name().equals(policy))) {
        known.add(new Variant(policy, Map.of("control.policy", policy)));
      }
    }
    List<String> parts = Arrays.stream(text.split(",", -1)).map(String::strip).toList();
    List<Variant> chosen = new ArrayList<>();
    int at = 0;
    while (at < parts.size()) {
      if (parts.get(at).equals(ALL_POLICIES)) {
        known.stream()
            .filter(v -> Policies.names().contains(v.name()) && !chosen.contains(v))
            .forEach(chosen::add);
        at++;
        continue;
      }
      int end = parts.size();
      while (end > at && find(known, parts.subList(at, end)) == null) {
        end--;
      }
      Variant variant = find(known, parts.subList(at, end));
      if (variant == null) {
        throw unknown(parts.get(at), known);
      }
      if (chosen.contains(variant)) {
        throw BadFile.option("--variants", variant.name(), "it is named twice", "leave one out");
      }
      chosen.add(variant);
      at = end;
    }
    return chosen;
  }

  private static @Nullable Variant find(List<Variant> known, List<String> parts) {
    String name = String.join(", ", parts);
    return known.stream().filter(variant -> variant.name().equals(name)).findFirst().orElse(null);
  }

  private static RuntimeException unknown(String name, List<Variant> known) {
    List<String> names = known.stream().map(Variant::name).toList();
    return BadFile.option(
        "--variants",
        name,
        "no variant of the scenario and no policy has this name",
        "one of '" + String.join("', '", NearestNames.of(name, names, 3)) + "'");
  }
}
