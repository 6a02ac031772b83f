package dev.hejin.catalog.chip;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Tells whether a reported name means a chip.
 *
 * <p>A name is cut into words. Words that say nothing new about this chip drop out: its vendor, its
 * form factor, its memory type and its memory size. What remains must equal what remains of the
 * model or of an alias. So "NVIDIA H100 80GB HBM3" means the chip "H100-SXM5-80GB", while
 * "A100-SXM4-40GB" does not mean "A100-SXM4-80GB": its 40GB remains.
 */
final class ChipNames {

  private static final List<String> GENERAL_WORDS = List.of("gpu", "accelerator", "card", "series");

  private final ChipFacts facts;
  private final Set<String> silentWords = new LinkedHashSet<>(GENERAL_WORDS);
  private final List<String> prefixes = new ArrayList<>();
  private final Set<String> cores = new LinkedHashSet<>();

  ChipNames(ChipFacts facts, Vendor vendor) {
    this.facts = facts;
    Stream.concat(Stream.of(vendor.name()), vendor.words().stream())
        .forEach(
            word -> {
              silentWords.addAll(words(word));
              prefixes.add(Vendor.squeeze(word));
            });
    words(facts.formFactor()).stream()
        .filter(word -> word.matches("sxm\\d*|oam|pcie"))
        .forEach(word -> silentWords.addAll(List.of(word, word.replaceAll("\\d", ""))));
    silentWords.addAll(words(facts.memoryType()));
    if (facts.memoryBytes().isKnown()) {
      long gib = Math.round(facts.memoryBytes().value() * facts.devicesPerCard() / (1L << 30));
      silentWords.addAll(List.of(gib + "gb", gib + "gib", gib + "g"));
    }
    names().map(this::core).filter(core -> !core.isEmpty()).forEach(cores::add);
  }

  ChipFacts facts() {
    return facts;
  }

  Stream<String> names() {
    return Stream.concat(Stream.of(facts.model()), facts.aliases().stream());
  }

  /** Tells whether the name is the model itself, letter by letter but for case and dashes. */
  boolean isModel(String reported) {
    return Vendor.squeeze(facts.model()).equals(Vendor.squeeze(reported));
  }

  boolean matches(String reported) {
    return cores.contains(core(reported));
  }

  private String core(String name) {
    StringBuilder rest = new StringBuilder();
    words(name).stream().filter(word -> !silentWords.contains(word)).forEach(rest::append);
    String core = rest.toString();
    for (String prefix : prefixes) {
      if (core.startsWith(prefix) && core.length() > prefix.length()) {
        core = core.substring(prefix.length());
      }
    }
    return core;
  }

  private static List<String> words(String text) {
    return Stream.of(text.toLowerCase(Locale.ROOT).split("[^a-z0-9]+"))
        .filter(word -> !word.isEmpty())
        .toList();
  }
}
