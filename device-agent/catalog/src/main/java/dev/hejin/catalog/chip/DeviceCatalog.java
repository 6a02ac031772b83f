package dev.hejin.catalog.chip;

import dev.hejin.catalog.file.InputFile;
import dev.hejin.catalog.file.NearestNames;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** The chips that are known, found by the names that drivers and people give them. */
public final class DeviceCatalog {

  private static final int NEAREST = 3;

  private final List<Vendor> vendors;
  private final List<ChipNames> names;

  DeviceCatalog(List<Vendor> vendors, List<ChipNames> names) {
    this.vendors = List.copyOf(vendors);
    this.names = List.copyOf(names);
  }

  /** Reads the catalogue that this module ships. */
  public static DeviceCatalog shipped() {
    return Shipped.CATALOG;
  }

  /** Read once, when it is first asked for. */
  private static final class Shipped {
    static final DeviceCatalog CATALOG =
        DeviceCatalogReader.read(InputFile.shipped("devices.yaml"));
  }

  /** Reads a catalogue file of your own, of the shape of the shipped one. */
  public static DeviceCatalog read(Path path) {
    return DeviceCatalogReader.read(InputFile.read(path));
  }

  /** Returns a catalogue with the chips of both; those of {@code other} are asked first. */
  public DeviceCatalog plus(DeviceCatalog other) {
    List<ChipNames> both = new ArrayList<>(other.names);
    names.stream()
        .filter(mine -> other.names.stream().noneMatch(theirs -> sameModel(mine, theirs)))
        .forEach(both::add);
    return new DeviceCatalog(
        Stream.concat(other.vendors.stream(), vendors.stream()).toList(), both);
  }

  private static boolean sameModel(ChipNames left, ChipNames right) {
    return left.facts().vendor().equals(right.facts().vendor())
        && left.isModel(right.facts().model());
  }

  /** Returns all chips, in file order. */
  public List<ChipFacts> chips() {
    return names.stream().map(ChipNames::facts).toList();
  }

  /**
   * Looks a chip up by name.
   *
   * @param vendor the vendor in any usual spelling; empty for any vendor
   * @param reported the name as a driver or a person writes it
   */
  public ChipMatch match(String vendor, String reported) {
    List<ChipNames> ofVendor =
        names.stream()
            .filter(chip -> vendor.isEmpty() || isVendor(chip.facts().vendor(), vendor))
            .toList();
    Optional<ChipNames> same = ofVendor.stream().filter(chip -> chip.isModel(reported)).findFirst();
    if (same.isPresent()) {
      return new ChipMatch.Found(same.get().facts());
    }
    List<ChipNames> matching = ofVendor.stream().filter(chip -> chip.matches(reported)).toList();
    return switch (matching.size()) {
      case 0 -> new ChipMatch.NotFound(nearest(ofVendor.isEmpty() ? names : ofVendor, reported));
      case 1 -> new ChipMatch.Found(matching.getFirst().facts());
      default ->
          new ChipMatch.Ambiguous(matching.stream().map(chip -> chip.facts().model()).toList());
    };
  }

  /** Looks a chip up by name; empty when no chip or more than one has it. */
  public Optional<ChipFacts> find(String vendor, String reported) {
    return match(vendor, reported) instanceof ChipMatch.Found(ChipFacts facts)
        ? Optional.of(facts)
        : Optional.empty();
  }

  /** Looks a chip up by name; throws with the candidates when no chip or more than one has it. */
  public ChipFacts require(String vendor, String reported) {
    return switch (match(vendor, reported)) {
      case ChipMatch.Found(ChipFacts facts) -> facts;
      case ChipMatch.Ambiguous(List<String> candidates) ->
          throw new UnknownChipException(
              vendor, reported, "may mean more than one chip", candidates);
      case ChipMatch.NotFound(List<String> nearest) ->
          throw new UnknownChipException(vendor, reported, "is not in the catalogue", nearest);
    };
  }

  private boolean isVendor(String name, String text) {
    return vendors.stream()
        .filter(vendor -> vendor.name().equals(name))
        .anyMatch(vendor -> vendor.isCalled(text));
  }

  private static List<String> nearest(List<ChipNames> chips, String reported) {
    List<String> all = chips.stream().flatMap(ChipNames::names).toList();
    return NearestNames.of(reported, all, NEAREST);
  }
}
