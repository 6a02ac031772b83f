package dev.hejin.scheduler.plan;

import dev.hejin.scheduler.model.ExpertLoad;
import dev.hejin.scheduler.model.LayerSpec;
import dev.hejin.scheduler.model.ModelSpec;
import dev.hejin.scheduler.model.Shard;
import dev.hejin.scheduler.plan.ServiceViolation.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.ToLongFunction;

/**
 * Looks at one moment after another and says what is served and what is wrong. Knows nothing of
 * plans and migrations: only of shards that are loaded and routes that are in force. Remembers who
 * served what, to tell why something no longer is. One thread owns it.
 */
public final class ServiceCheck {
  private static final double TOLERANCE = 1e-6;

  private final ModelSpec model;
  private final ExpertLoad load;
  private final ToLongFunction<Shard> shardBytes;
  private final List<Item[]> items = new ArrayList<>();
  private final TreeSet<String> lost = new TreeSet<>();

  /**
   * @param load weighs experts in {@link ServiceReport#balance}
   */
  public ServiceCheck(ModelSpec model, ExpertLoad load, ToLongFunction<Shard> shardBytes) {
    this.model = model;
    this.load = load;
    this.shardBytes = shardBytes;
    for (LayerSpec layer : model.layers()) {
      Item[] row = new Item[layer.routedExperts() + 1];
      for (int i = 0; i < row.length; i++) {
        row[i] = new Item();
      }
      items.add(row);
    }
  }

  /**
   * A device went away, with all that it held, perhaps to come back empty before the next check.
   */
  public void lost(String deviceId) {
    lost.add(deviceId);
  }

  /**
   * Checks a moment.
   *
   * @param devices all devices that are there; only {@code loaded}, {@code loading}, {@code active}
   *     and limits count
   * @param settled whether no route is changing, so that shares must sum to 1
   */
  public ServiceReport check(List<DeviceView> devices, boolean settled) {
    List<ServiceViolation> violations = new ArrayList<>();
    items.forEach(
        row -> {
          for (Item item : row) {
            item.begin();
          }
        });
    TreeSet<String> there = new TreeSet<>();
    List<TreeMap<String, LayerRoute>> routes = new ArrayList<>();
    items.forEach(row -> routes.add(new TreeMap<>()));
    for (DeviceView device : devices) {
      there.add(device.deviceId());
      checkMemory(device, violations);
      checkRoutes(device, routes, violations);
    }
    there.removeAll(lost);
    ServiceReport report = report(there, routes, settled, violations);
    lost.clear();
    return report;
  }

  private void checkMemory(DeviceView device, List<ServiceViolation> violations) {
    TreeSet<Shard> held = new TreeSet<>(device.loaded());
    held.addAll(device.loading());
    held.addAll(device.releasing());
    long bytes = held.stream().mapToLong(shardBytes).sum();
    if (bytes > device.shardLimitBytes()) {
      violations.add(
          new ServiceViolation(
              Kind.MEMORY_EXCEEDED,
              device.deviceId(),
              "shards take " + bytes + " bytes of " + device.shardLimitBytes()));
    }
  }

  private void checkRoutes(
      DeviceView device,
      List<TreeMap<String, LayerRoute>> routes,
      List<ServiceViolation> violations) {
    for (Map.Entry<Integer, LayerRoute> entry : device.active().entrySet()) {
      int layer = entry.getKey();
      LayerRoute route = entry.getValue();
      if (route.isEmpty()) {
        continue;
      }
      TreeSet<Integer> copies = new TreeSet<>();
      for (Shard shard : device.loaded()) {
        if (shard.layer() == layer) {
          copies.add(shard.expert());
        }
      }
      if (layer >= items.size() || !copies.contains(-1)) {
        violations.add(missing(device, layer, -1));
        continue;
      }
      routes.get(layer).put(device.deviceId(), route);
      Item[] row = items.get(layer);
      if (route.tokenShare() > 0) {
        row[0].serve(device.deviceId(), route.tokenShare());
      }
      route
          .experts()
          .forEach(
              (expert, share) -> {
                if (expert + 1 < row.length && copies.contains(expert)) {
                  row[expert + 1].serve(device.deviceId(), share);
                } else {
                  violations.add(missing(device, layer, expert));
                }
              });
    }
  }

  private static ServiceViolation missing(DeviceView device, int layer, int expert) {
    return new ServiceViolation(
        Kind.ROUTE_WITHOUT_SHARD,
        device.deviceId(),
        "routes " + subject(layer, expert) + " without its shard");
  }

  private static String subject(int layer, int expert) {
    return "layer " + layer + (expert < 0 ? "" : " expert " + expert);
  }

  private ServiceReport report(
      TreeSet<String> there,
      List<TreeMap<String, LayerRoute>> routes,
      boolean settled,
      List<ServiceViolation> violations) {
    int unserved = 0;
    int served = 0;
    int full = 0;
    double balance = 0;
    int balanced = 0;
    for (int layer = 0; layer < items.size(); layer++) {
      Item[] row = items.get(layer);
      int live = 0;
      for (int i = 0; i < row.length; i++) {
        row[i].end(there);
        live += row[i].now.isEmpty() ? 0 : 1;
        describe(row[i], subject(layer, i - 1), settled, violations);
      }
      boolean attention = !row[0].now.isEmpty();
      served += attention ? 1 : 0;
      full += live == row.length ? 1 : 0;
      unserved += row.length - live - (attention ? 0 : 1);
      double layerBalance = balance(layer, routes.get(layer));
      if (!Double.isNaN(layerBalance)) {
        balance += layerBalance;
        balanced++;
      }
    }
    return new ServiceReport(
        violations,
        unserved,
        served,
        full,
        model.layers().size(),
        balanced == 0 ? Double.NaN : balance / balanced);
  }

  private static void describe(
      Item item, String subject, boolean settled, List<ServiceViolation> violations) {
    if (item.now.isEmpty()) {
      violations.add(
          new ServiceViolation(item.cause, subject, "no live replica; last on " + item.before));
    } else if (settled && Math.abs(item.shares - 1) > TOLERANCE) {
      violations.add(
          new ServiceViolation(
              Kind.SHARE_SUM, subject, "shares on " + item.now + " sum to " + item.shares));
    }
  }

  private double balance(int layer, TreeMap<String, LayerRoute> routes) {
    Item[] row = items.get(layer);
    double most = 0;
    double sum = 0;
    for (LayerRoute route : routes.values()) {
      double device = 0;
      for (Map.Entry<Integer, Double> entry : route.experts().entrySet()) {
        int expert = entry.getKey();
        if (expert + 1 < row.length && row[expert + 1].shares > 0) {
          device += load.share(layer, expert) * entry.getValue() / row[expert + 1].shares;
        }
      }
      most = Math.max(most, device);
      sum += device;
    }
    return most > 0 ? sum / routes.size() / most : Double.NaN;
  }

  /** Attention of a layer, or an expert. */
  private static final class Item {
    private List<String> before = List.of();
    private List<String> now = new ArrayList<>();
    private double shares;
    private Kind cause = Kind.NEVER_SERVED;

    void begin() {
      if (!now.isEmpty()) {
        before = now;
      }
      now = new ArrayList<>();
      shares = 0;
    }

    void serve(String deviceId, double share) {
      now.add(deviceId);
      shares += share;
    }

    void end(TreeSet<String> there) {
      if (!now.isEmpty()) {
        cause = Kind.DROPPED;
      } else if (cause == Kind.DROPPED && !there.containsAll(before)) {
        cause = Kind.LOST;
      }
    }
  }
}
