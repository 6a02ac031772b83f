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
import org.jspecify.annotations.Nullable;

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

  /** What each device that is there was last seen to serve. */
  private final TreeMap<String, DeviceService> served = new TreeMap<>();

  /**
   * @param load weighs experts in {@link #balance}
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
    served.remove(deviceId);
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
    devices.forEach(device -> there.add(device.deviceId()));
    boolean losses = served.keySet().retainAll(there) || !lost.isEmpty();
    for (DeviceView device : devices) {
      DeviceService service = service(device);
      violations.addAll(service.violations());
      service.serve(
          (layer, item, share, changing) ->
              items.get(layer)[item].serve(device.deviceId(), share, changing));
    }
    there.removeAll(lost);
    ServiceReport report = report(there, losses, settled, violations);
    lost.clear();
    return report;
  }

  /** What a device serves; looked at again only when something changed there. */
  private DeviceService service(DeviceView device) {
    DeviceService known = served.get(device.deviceId());
    if (known == null || !known.isOf(device)) {
      known = DeviceService.of(device, model, shardBytes, known);
      served.put(device.deviceId(), known);
    }
    return known;
  }

  static String subject(int layer, int expert) {
    return "layer " + layer + (expert < 0 ? "" : " expert " + expert);
  }

  private ServiceReport report(
      TreeSet<String> there, boolean losses, boolean settled, List<ServiceViolation> violations) {
    int unserved = 0;
    int attended = 0;
    int full = 0;
    for (int layer = 0; layer < items.size(); layer++) {
      Item[] row = items.get(layer);
      int live = 0;
      for (int i = 0; i < row.length; i++) {
        row[i].end(there, losses);
        live += row[i].now.isEmpty() ? 0 : 1;
        describe(row[i], layer, i - 1, settled, violations);
      }
      boolean attention = !row[0].now.isEmpty();
      attended += attention ? 1 : 0;
      full += live == row.length ? 1 : 0;
      unserved += row.length - live - (attention ? 0 : 1);
    }
    return new ServiceReport(violations, unserved, attended, full, model.layers().size());
  }

  private static void describe(
      Item item, int layer, int expert, boolean settled, List<ServiceViolation> violations) {
    if (item.now.isEmpty()) {
      violations.add(item.absence(layer, expert));
    } else if (settled && Math.abs(item.shares - 1) > TOLERANCE) {
      violations.add(
          new ServiceViolation(
              Kind.SHARE_SUM,
              subject(layer, expert),
              "shares on " + item.now + " sum to " + item.shares));
    }
  }

  /**
   * Mean load of a layer's devices / its largest, mean over MoE layers with live experts, at the
   * moment that was last checked; 1 is perfect, NaN without such layers.
   */
  public double balance() {
    double sum = 0;
    int balanced = 0;
    for (int layer = 0; layer < items.size(); layer++) {
      double balance = balance(layer);
      if (!Double.isNaN(balance)) {
        sum += balance;
        balanced++;
      }
    }
    return balanced == 0 ? Double.NaN : sum / balanced;
  }

  private double balance(int layer) {
    Item[] row = items.get(layer);
    double most = 0;
    double sum = 0;
    int devices = 0;
    for (DeviceService service : served.values()) {
      LayerRoute route = service.routes().get(layer);
      if (route == null) {
        continue;
      }
      devices++;
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
    return most > 0 ? sum / devices / most : Double.NaN;
  }

  /** Attention of a layer, or an expert. */
  private static final class Item {
    private List<String> before = new ArrayList<>();
    private List<String> now = new ArrayList<>();
    private double shares;
    private boolean changing;

    /** A replica was lost while devices that are left were told to serve otherwise. */
    private boolean bereft;

    private Kind cause = Kind.NEVER_SERVED;
    private @Nullable ServiceViolation absence;

    void begin() {
      if (!now.isEmpty()) {
        List<String> spare = before;
        before = now;
        now = spare;
      }
      now.clear();
      shares = 0;
      changing = false;
    }

    void serve(String deviceId, double share, boolean isChanging) {
      now.add(deviceId);
      shares += share;
      changing |= isChanging;
    }

    void end(TreeSet<String> there, boolean losses) {
      if (!now.isEmpty()) {
        cause = Kind.DROPPED;
        absence = null;
        bereft = changing && (bereft || (losses && !there.containsAll(before)));
      } else if (cause == Kind.DROPPED && (bereft || !there.containsAll(before))) {
        cause = Kind.LOST;
        absence = null;
      }
    }

    /** That nobody serves it; said in the same words as long as that lasts. */
    ServiceViolation absence(int layer, int expert) {
      if (absence == null) {
        String last = "no live replica; last on " + before;
        absence = new ServiceViolation(cause, subject(layer, expert), last);
      }
      return absence;
    }
  }
}
