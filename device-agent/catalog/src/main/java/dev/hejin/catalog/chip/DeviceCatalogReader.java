package dev.hejin.catalog.chip;

import dev.hejin.catalog.chip.PrecisionFacts.Support;
import dev.hejin.catalog.file.CheckedYaml;
import dev.hejin.catalog.file.Fields;
import dev.hejin.catalog.file.InputFile;
import dev.hejin.catalog.file.NearestNames;
import dev.hejin.catalog.file.Schema;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Turns a catalogue file into chips: units, halves of cards, one direction of links. */
final class DeviceCatalogReader {

  private static final Schema SCHEMA = Schema.shipped("devices");
  private static final double GIB = 1L << 30;
  private static final double GIGA = 1e9;
  private static final double TERA = 1e12;

  private DeviceCatalogReader() {}

  static DeviceCatalog read(InputFile file) {
    Fields root = CheckedYaml.read(file, SCHEMA);
    Map<String, Vendor> vendors = new LinkedHashMap<>();
    for (Fields vendor : root.groups("vendors")) {
      vendors.put(vendor.text("name"), new Vendor(vendor.text("name"), vendor.texts("words")));
    }
    List<ChipNames> chips = new ArrayList<>();
    for (Fields fields : root.groups("chips")) {
      Vendor vendor = vendors.get(fields.text("vendor"));
      if (vendor == null) {
        throw fields.invalid(
            "vendor",
            "the vendor is not in the list above",
            "one of these is meant: "
                + NearestNames.of(fields.text("vendor"), vendors.keySet(), 3));
      }
      String model = fields.text("model");
      for (ChipNames known : chips) {
        if (known.facts().vendor().equals(vendor.name()) && known.isModel(model)) {
          throw fields.invalid("model", "this model is there already", "remove one of the two");
        }
      }
      chips.add(new ChipNames(chip(fields), vendor));
    }
    return new DeviceCatalog(List.copyOf(vendors.values()), chips);
  }

  private static ChipFacts chip(Fields chip) {
    return new ChipFacts(
        chip.text("vendor"),
        chip.text("model"),
        chip.texts("aliases"),
        chip.text("formFactor"),
        chip.integer("devicesPerCard", 1),
        chip.text("memoryType"),
        figure(chip, chip, "memoryGib", GIB, Unit.BYTES),
        figure(chip, chip, "memoryBandwidthGBs", GIGA, Unit.BYTES_PER_SECOND),
        precisions(chip),
        link(chip),
        chip.text("pcie", "unknown"),
        figure(chip, chip, "tdpWatts", 1, Unit.WATTS),
        figure(chip, chip, "pricePerHourUsd", 1, Unit.USD_PER_HOUR),
        chip.text("collectiveLibrary"),
        Confidence.valueOf(chip.text("confidence")),
        chip.text("notes"));
  }

  /** Reads a figure of a card and gives that of one device. */
  private static Figure figure(Fields chip, Fields holder, String name, double scale, Unit unit) {
    int devices = chip.integer("devicesPerCard", 1);
    String share = "1/" + devices + " of the card";
    if (holder.isNumber(name)) {
      Figure figure =
          new Figure(
              holder.number(name, 0) * scale,
              unit,
              Provenance.CATALOGUE,
              Confidence.valueOf(chip.text("confidence")),
              holder.text("source", chip.text("source")));
      return figure.dividedBy(devices, share);
    }
    if (holder.isGroup(name)) {
      Fields own = holder.group(name);
      String provenance = own.text("provenance", "catalogue").toUpperCase(Locale.ROOT);
      Figure figure =
          new Figure(
              own.number("value", 0) * scale,
              unit,
              Provenance.valueOf(provenance),
              Confidence.valueOf(own.text("confidence", chip.text("confidence"))),
              own.text("source"));
      return figure.dividedBy(devices, share);
    }
    if (unit != Unit.OPERATIONS_PER_SECOND && !holder.text(name).equals("unknown")) {
      throw holder.invalid(name, "this is no figure", "write a number or unknown");
    }
    return Figure.UNKNOWN;
  }

  private static Map<Precision, PrecisionFacts> precisions(Fields chip) {
    Fields rates = chip.group("precisions");
    Map<Precision, PrecisionFacts> facts = new EnumMap<>(Precision.class);
    for (String name : rates.names()) {
      Figure peak = figure(chip, rates, name, TERA, Unit.OPERATIONS_PER_SECOND);
      Support support =
          switch (rates.text(name)) {
            case "unknown" -> Support.UNKNOWN;
            case "unsupported" -> Support.NO;
            default -> Support.YES;
          };
      facts.put(Precision.valueOf(name), new PrecisionFacts(support, peak));
    }
    return facts;
  }

  private static Link link(Fields chip) {
    Fields link = chip.group("link");
    String direction = link.text("direction");
    Figure stated = figure(chip, link, "GBs", GIGA, Unit.BYTES_PER_SECOND);
    Figure oneWay =
        direction.equals("one-way")
            ? stated
            : stated.dividedBy(2, "half of it, for one direction (" + direction + ")");
    return new Link(link.text("kind"), oneWay, link.text("note"));
  }
}
