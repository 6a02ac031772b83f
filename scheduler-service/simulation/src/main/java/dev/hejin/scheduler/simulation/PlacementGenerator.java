package dev.hejin.scheduler.simulation;

import dev.hejin.scheduler.model.LayerPlacement;
import dev.hejin.scheduler.model.ModelSpec;
import dev.hejin.scheduler.model.Placement;
import dev.hejin.scheduler.model.Precision;
import dev.hejin.scheduler.model.Shard;
import dev.hejin.scheduler.model.StagePlacement;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.ToLongFunction;

/** Random valid placements, good or not: no planner is involved. */
public final class PlacementGenerator {
  private final ModelSpec model;
  private final ToLongFunction<Shard> shardBytes;
  private final Random random;

  public PlacementGenerator(ModelSpec model, ToLongFunction<Shard> shardBytes, Random random) {
    this.model = model;
    this.shardBytes = shardBytes;
    this.random = random;
  }

  /** Stage boundaries and devices. */
  public record Outline(List<Integer> ends, List<List<String>> devices) {
    public Outline {
      ends = List.copyOf(ends);
      devices = devices.stream().map(List::copyOf).toList();
    }
  }

  /** Random stages over some or all of the devices. */
  public Outline outline(List<String> devices) {
    List<String> shuffled = new ArrayList<>(devices);
    Collections.shuffle(shuffled, random);
    int layers = model.layers().size();
    int stages = 1 + random.nextInt(Math.min(3, Math.min(layers, shuffled.size())));
    List<Integer> cuts = new ArrayList<>();
    for (int layer = 1; layer < layers; layer++) {
      cuts.add(layer);
    }
    Collections.shuffle(cuts, random);
    List<Integer> ends = new ArrayList<>(cuts.subList(0, stages - 1));
    ends.add(layers);
    Collections.sort(ends);
    int used = stages + random.nextInt(shuffled.size() - stages + 1);
    List<List<String>> groups = new ArrayList<>();
    for (int stage = 0; stage < stages; stage++) {
      groups.add(new ArrayList<>(List.of(shuffled.get(stage))));
    }
    for (int i = stages; i < used; i++) {
      groups.get(random.nextInt(stages)).add(shuffled.get(i));
    }
    return new Outline(ends, groups);
  }

  /**
   * Experts and shares at random, within memory.
   *
   * @param rooms bytes for shards on each device
   */
  public Optional<Placement> fill(
      Outline outline, TreeMap<String, Long> rooms, Precision precision) {
    for (int attempt = 0; attempt < 20; attempt++) {
      Optional<Placement> placement = tryFill(outline, new TreeMap<>(rooms), precision);
      if (placement.isPresent()) {
        return placement;
      }
    }
    return Optional.empty();
  }

  private Optional<Placement> tryFill(
      Outline outline, TreeMap<String, Long> rooms, Precision precision) {
    List<StagePlacement> stages = new ArrayList<>();
    int first = 0;
    for (int s = 0; s < outline.ends().size(); s++) {
      int end = outline.ends().get(s);
      List<String> devices = outline.devices().get(s);
      long base = 0;
      base += s == 0 ? shardBytes.applyAsLong(Shard.ofEmbedding(precision)) : 0;
      base += s == outline.ends().size() - 1 ? shardBytes.applyAsLong(Shard.ofHead(precision)) : 0;
      for (int layer = first; layer < end; layer++) {
        base += shardBytes.applyAsLong(Shard.ofLayer(layer, precision));
      }
      for (String device : devices) {
        rooms.merge(device, -base, Long::sum);
        if (rooms.getOrDefault(device, -1L) < 0) {
          return Optional.empty();
        }
      }
      List<LayerPlacement> layers = new ArrayList<>();
      for (int layer = first; layer < end; layer++) {
        Optional<LayerPlacement> placed = layer(layer, devices, rooms, precision);
        if (placed.isEmpty()) {
          return Optional.empty();
        }
        layers.add(placed.get());
      }
      stages.add(
          new StagePlacement(
              first, end, devices, shares(devices.size()), precision, precision, layers));
      first = end;
    }
    return Optional.of(new Placement(stages));
  }

  private Optional<LayerPlacement> layer(
      int layer, List<String> devices, TreeMap<String, Long> rooms, Precision precision) {
    int experts = model.layers().get(layer).routedExperts();
    List<int[]> slots = new ArrayList<>();
    List<Double> slotShares = new ArrayList<>();
    for (int expert = 0; expert < experts; expert++) {
      long bytes = shardBytes.applyAsLong(Shard.ofExpert(layer, expert, precision));
      int replicas = random.nextInt(4) == 0 ? 2 + random.nextInt(2) : 1;
      List<Integer> order = new ArrayList<>();
      for (int d = 0; d < devices.size(); d++) {
        order.add(d);
      }
      Collections.shuffle(order, random);
      List<Integer> homes = new ArrayList<>();
      for (int d : order) {
        Long room = rooms.get(devices.get(d));
        if (homes.size() < replicas && room != null && room >= bytes) {
          homes.add(d);
          rooms.merge(devices.get(d), -bytes, Long::sum);
        }
      }
      if (homes.isEmpty()) {
        return Optional.empty();
      }
      List<Double> shares = shares(homes.size());
      for (int i = 0; i < homes.size(); i++) {
        slots.add(new int[] {homes.get(i), expert});
        slotShares.add(shares.get(i));
      }
    }
    return Optional.of(
        new LayerPlacement(
            slots.stream().mapToInt(s -> s[0]).toArray(),
            slots.stream().mapToInt(s -> s[1]).toArray(),
            slotShares.stream().mapToDouble(Double::doubleValue).toArray()));
  }

  /** Shares that sum to 1; now and then one of them is 0. */
  private List<Double> shares(int count) {
    List<Double> weights = new ArrayList<>();
    double sum = 0;
    for (int i = 0; i < count; i++) {
      boolean zero = i > 0 && random.nextInt(10) == 0;
      weights.add(zero ? 0.0 : 0.1 + random.nextDouble());
      sum += weights.getLast();
    }
    double total = sum;
    return weights.stream().map(w -> w / total).toList();
  }
}
