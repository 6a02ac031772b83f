package dev.hejin.agent.app.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Understands what Kubernetes says of a node. Three ways in which devices are given away are known:
 *
 * <ul>
 *   <li>HAMi writes the UUIDs of a pod's devices into annotations. A part of a device counts as all
 *       of it: what is left is not Hejin's to measure.
 *   <li>Dynamic resource allocation names devices in claims; slices of resources tell their UUIDs
 *       and PCI addresses.
 *   <li>Device plugins tell numbers alone: where others hold some devices of a vendor and nobody
 *       says which, all of that vendor count as held.
 * </ul>
 *
 * <p>Pods that serve a plan of Hejin's say so by a label; theirs are not others' devices.
 */
final class AllocationReader {
  /** Label of pods that serve a plan. */
  static final String SERVES = "hejin.dev/serves";

  private static final Pattern HAMI = Pattern.compile("hami\\.io/.+-devices-allocated");
  private static final Set<String> LABELS =
      Set.of(
          "topology.kubernetes.io/zone",
          "topology.kubernetes.io/region",
          "node.kubernetes.io/instance-type");

  /** Domains of resources, drivers and vendors as the probes name them. */
  private static final Map<String, String> VENDORS =
      Map.ofEntries(
          Map.entry("nvidia.com", "NVIDIA"),
          Map.entry("huawei.com", "Huawei"),
          Map.entry("cambricon.com", "Cambricon"),
          Map.entry("hygon.com", "Hygon"),
          Map.entry("amd.com", "AMD"),
          Map.entry("mthreads.com", "Moore Threads"),
          Map.entry("metax-tech.com", "MetaX"),
          Map.entry("enflame.com", "Enflame"),
          Map.entry("kunlunxin.com", "Kunlunxin"),
          Map.entry("iluvatar.com", "Iluvatar"),
          Map.entry("iluvatar.ai", "Iluvatar"),
          Map.entry("aliyun.com", "Alibaba T-Head"),
          Map.entry("birentech.com", "Biren"),
          Map.entry("denglinai.com", "Denglin"));

  private final Collection<JsonNode> slices;
  private final Map<String, JsonNode> claims;
  private final List<Holding> holdings = new ArrayList<>();

  private AllocationReader(Collection<JsonNode> slices, Map<String, JsonNode> claims) {
    this.slices = slices;
    this.claims = claims;
  }

  /**
   * @param node the node
   * @param pods those on it
   * @param slices what drivers offer on it
   * @param claims by {@code namespace/name}, those of its pods
   */
  static Allocations read(
      JsonNode node,
      List<JsonNode> pods,
      Collection<JsonNode> slices,
      Map<String, JsonNode> claims) {
    AllocationReader reader = new AllocationReader(slices, claims);
    pods.stream().filter(AllocationReader::isOthers).forEach(reader::pod);
    Map<String, String> labels = new TreeMap<>();
    node.at("/metadata/labels")
        .properties()
        .forEach(
            each -> {
              if (LABELS.contains(each.getKey()) || each.getKey().startsWith("hejin.dev/")) {
                labels.put(each.getKey(), each.getValue().asText());
              }
            });
    return new Allocations(reader.holdings, labels);
  }

  /** Names of a pod's claims; they may have been made for it. */
  static Set<String> claimsOf(JsonNode pod) {
    Set<String> names = new TreeSet<>();
    for (JsonNode each : pod.at("/spec/resourceClaims")) {
      add(names, each.path("resourceClaimName"));
    }
    for (JsonNode each : pod.at("/status/resourceClaimStatuses")) {
      add(names, each.path("resourceClaimName"));
    }
    return names;
  }

  private static void add(Set<String> names, JsonNode name) {
    if (name.isTextual()) {
      names.add(name.asText());
    }
  }

  /** A pod that has ended holds nothing. */
  static boolean isOthers(JsonNode pod) {
    String phase = pod.at("/status/phase").asText();
    return !phase.equals("Succeeded")
        && !phase.equals("Failed")
        && !pod.at("/metadata/labels").has(SERVES);
  }

  private void pod(JsonNode pod) {
    String namespace = pod.at("/metadata/namespace").asText();
    String holder = "pod " + namespace + "/" + pod.at("/metadata/name").asText();
    Map<String, String> wanted = wanted(pod);
    Set<String> named = new TreeSet<>();
    for (Map.Entry<String, JsonNode> each : pod.at("/metadata/annotations").properties()) {
      if (HAMI.matcher(each.getKey()).matches()) {
        named.addAll(hami(each.getValue().asText()));
      }
    }
    // HAMi's annotations stand beside the limits that they answer.
    String vendor = wanted.size() == 1 ? wanted.keySet().iterator().next() : "";
    named.forEach(uuid -> holdings.add(new Holding(vendor, Set.of(uuid), holder)));
    for (String claim : claimsOf(pod)) {
      claim(claims.get(namespace + "/" + claim), holder);
    }
    if (named.isEmpty() || vendor.isEmpty()) {
      wanted.forEach(
          (of, resource) -> holdings.add(new Holding(of, Set.of(), holder + " with " + resource)));
    }
  }

  /** {@code UUID,TYPE,MEMORY,CORES:} for each device, {@code ;} between containers. */
  private static Set<String> hami(String text) {
    Set<String> uuids = new TreeSet<>();
    for (String device : text.split("[;:]", -1)) {
      String uuid = device.strip().split(",", -1)[0];
      if (!uuid.isEmpty()) {
        uuids.add(uuid);
      }
    }
    return uuids;
  }

  private void claim(@Nullable JsonNode claim, String holder) {
    if (claim == null) {
      return;
    }
    for (JsonNode result : claim.at("/status/allocation/devices/results")) {
      // A claim for administration, such as monitoring, takes nothing away.
      if (result.path("adminAccess").asBoolean()) {
        continue;
      }
      String driver = result.path("driver").asText();
      holdings.add(
          new Holding(vendorOf(driver).orElse(""), idsOf(result), holder + " with " + driver));
    }
  }

  /** UUID and PCI address of an allocated device, as its driver's slices tell them. */
  private Set<String> idsOf(JsonNode result) {
    Set<String> ids = new TreeSet<>();
    for (JsonNode slice : slices) {
      if (!slice.at("/spec/driver").equals(result.path("driver"))
          || !slice.at("/spec/pool/name").equals(result.path("pool"))) {
        continue;
      }
      for (JsonNode device : slice.at("/spec/devices")) {
        if (device.path("name").equals(result.path("device"))) {
          // Before 1.34 a device had a basic part.
          device.path("attributes").properties().forEach(each -> id(each, ids));
          device.at("/basic/attributes").properties().forEach(each -> id(each, ids));
        }
      }
    }
    return ids;
  }

  private static void id(Map.Entry<String, JsonNode> attribute, Set<String> ids) {
    String name = attribute.getKey().substring(attribute.getKey().indexOf('/') + 1);
    String value = attribute.getValue().path("string").asText("");
    if (!value.isEmpty() && (name.equalsIgnoreCase("uuid") || name.equalsIgnoreCase("pciBusID"))) {
      ids.add(value);
    }
  }

  /** By vendor, a resource of its devices that a pod has. */
  private static Map<String, String> wanted(JsonNode pod) {
    Map<String, String> wanted = new TreeMap<>();
    for (String containers : List.of("containers", "initContainers")) {
      for (JsonNode container : pod.at("/spec").path(containers)) {
        for (Map.Entry<String, JsonNode> each : container.at("/resources/limits").properties()) {
          String resource = each.getKey();
          int slash = resource.indexOf('/');
          if (slash > 0 && !each.getValue().asText().equals("0")) {
            vendorOf(resource.substring(0, slash))
                .ifPresent(vendor -> wanted.putIfAbsent(vendor, resource));
          }
        }
      }
    }
    return wanted;
  }

  private static Optional<String> vendorOf(String domain) {
    return VENDORS.entrySet().stream()
        .filter(each -> domain.equals(each.getKey()) || domain.endsWith("." + each.getKey()))
        .map(Map.Entry::getValue)
        .findFirst();
  }
}
