package dev.hejin.scheduler.plan;

import static java.util.Objects.requireNonNull;

import dev.hejin.scheduler.model.Shard;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Keeps what one device is known to hold: begins with the agent's report, then follows what was
 * sent and what was acknowledged. The caller matches acknowledgements to actions and drops repeated
 * ones. One thread owns it.
 */
public final class DeviceLedger {
  /** More limits than this are not in use at a time. */
  private static final int MOST_VIEWS = 4;

  private final String deviceId;
  private final TreeSet<Shard> loaded = new TreeSet<>();
  private final TreeSet<Shard> loading = new TreeSet<>();
  private final TreeSet<Shard> releasing = new TreeSet<>();
  private final TreeMap<Integer, LayerRoute> active = new TreeMap<>();
  private final TreeMap<Integer, LayerRoute> outstanding = new TreeMap<>();

  /** By limit, what is known now. */
  private final TreeMap<Long, DeviceView> views = new TreeMap<>();

  public DeviceLedger(String deviceId) {
    this.deviceId = requireNonNull(deviceId, "deviceId");
  }

  /** Forgets all, what is in flight too, and believes the agent. */
  public void report(SortedSet<Shard> shards, Map<Integer, LayerRoute> routes) {
    views.clear();
    loading.clear();
    releasing.clear();
    outstanding.clear();
    loaded.clear();
    loaded.addAll(shards);
    active.clear();
    routes.forEach(this::activated);
  }

  /** An action is on its way. */
  public void sent(DeviceAction action) {
    views.clear();
    switch (action) {
      case DeviceAction.Load load -> loading.addAll(load.shards());
      case DeviceAction.Activate activate -> outstanding.put(activate.layer(), activate.route());
      case DeviceAction.Release release -> releasing.addAll(release.shards());
    }
  }

  /** The device did it. */
  public void done(DeviceAction action) {
    views.clear();
    switch (action) {
      case DeviceAction.Load load -> {
        load.shards().forEach(loading::remove);
        loaded.addAll(load.shards());
      }
      case DeviceAction.Activate activate -> {
        outstanding.remove(activate.layer());
        activated(activate.layer(), activate.route());
      }
      case DeviceAction.Release release -> {
        release.shards().forEach(releasing::remove);
        release.shards().forEach(loaded::remove);
      }
    }
  }

  /** The device refused it and changed nothing. */
  public void failed(DeviceAction action) {
    views.clear();
    switch (action) {
      case DeviceAction.Load load -> load.shards().forEach(loading::remove);
      case DeviceAction.Activate activate -> outstanding.remove(activate.layer());
      case DeviceAction.Release release -> release.shards().forEach(releasing::remove);
    }
  }

  /**
   * The device failed on the way and nobody knows how far it came: what it was to take away counts
   * as gone, what it was to bring as not there.
   */
  public void unsure(DeviceAction action) {
    failed(action);
    switch (action) {
      case DeviceAction.Load load -> {}
      case DeviceAction.Activate activate -> activated(activate.layer(), LayerRoute.EMPTY);
      case DeviceAction.Release release -> release.shards().forEach(loaded::remove);
    }
  }

  /**
   * What is known now. The same object until something changes, so that who looks often sees at
   * once that nothing has.
   */
  public DeviceView view(long shardLimitBytes) {
    DeviceView view = views.get(shardLimitBytes);
    if (view == null) {
      if (views.size() >= MOST_VIEWS) {
        views.clear();
      }
      view =
          new DeviceView(
              deviceId, shardLimitBytes, loaded, loading, releasing, active, outstanding);
      views.put(shardLimitBytes, view);
    }
    return view;
  }

  private void activated(int layer, LayerRoute route) {
    if (route.isEmpty()) {
      active.remove(layer);
    } else {
      active.put(layer, route);
    }
  }
}
