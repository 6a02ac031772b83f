package dev.hejin.agent.probe;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The devices, links and complaints of one inquiry, while its outputs come in. */
public final class Readings {
  private final Map<String, ReadingBuilder> devices = new LinkedHashMap<>();
  private final List<PeerLink> links = new ArrayList<>();
  private final Set<String> problems = new LinkedHashSet<>();
  private String source = "";

  /** Names the command or library that tells what is noted from now on. */
  public Readings from(String source) {
    this.source = source;
    return this;
  }

  /** The device with this key, new when it was not there. */
  public ReadingBuilder at(String key) {
    return devices.computeIfAbsent(key, name -> new ReadingBuilder(name, () -> source));
  }

  /** The device with this key, when it is there. */
  public Optional<ReadingBuilder> find(String key) {
    return Optional.ofNullable(devices.get(key));
  }

  /** The device at this PCI address, when it is there and only one is. */
  public Optional<ReadingBuilder> atBus(String busId) {
    String wanted = ReadingBuilder.busIdIn(busId);
    List<ReadingBuilder> found =
        devices.values().stream()
            .filter(each -> wanted != null && each.told("bus").equals(wanted))
            .filter(each -> each.told("partitionOf").isEmpty())
            .toList();
    return found.size() == 1 ? Optional.of(found.getFirst()) : Optional.empty();
  }

  public List<String> keys() {
    return List.copyOf(devices.keySet());
  }

  public boolean isEmpty() {
    return devices.isEmpty();
  }

  public void link(PeerLink link) {
    links.add(link);
  }

  public void problem(String problem) {
    problems.add(problem);
  }

  /** All that was noted; links between devices that are not there are left out. */
  public Inventory inventory(String vendor, String source) {
    return new Inventory(
        vendor,
        source,
        devices.values().stream().map(ReadingBuilder::build).toList(),
        links.stream()
            .filter(link -> devices.containsKey(link.from()) && devices.containsKey(link.to()))
            .distinct()
            .toList(),
        List.copyOf(problems));
  }
}
