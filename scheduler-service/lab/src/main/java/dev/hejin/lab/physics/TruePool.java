package dev.hejin.lab.physics;

import dev.hejin.catalog.pool.DeviceSpec;
import dev.hejin.catalog.pool.NodeSpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The devices of a service as they really are at this moment: speeds, networks, who is there.
 * Numbers of devices and nodes stand for their places in the pool.
 */
public final class TruePool {
  /** Exchanges always get this part of what is there. */
  private static final double LEAST_LEFT = 0.1;

  private final List<String> ids = new ArrayList<>();
  private final Map<String, Integer> numbers = new TreeMap<>();
  private final List<TrueRates> rates = new ArrayList<>();
  private final int[] node;
  private final int nodes;
  private final double[] speed;
  private final boolean[] lost;

  /** Factor of each node's network that exchanges have: faults and loads take from it. */
  private final double[] network;

  private final double[] link;
  private final double[] loads;
  private final double[] wholeNetwork;

  /**
   * @param networkFactor of every node's network
   */
  public TruePool(List<NodeSpec> specs, double networkFactor) {
    List<Integer> nodeOf = new ArrayList<>();
    for (int n = 0; n < specs.size(); n++) {
      NodeSpec spec = specs.get(n);
      double whole =
          spec.networkBytesPerSecond().isKnown()
              ? spec.networkBytesPerSecond().value()
              : Double.NaN;
      for (DeviceSpec device : spec.devices()) {
        numbers.put(device.id(), ids.size());
        ids.add(device.id());
        rates.add(TrueRates.of(device.facts(), whole * networkFactor / spec.devices().size()));
        nodeOf.add(n);
      }
    }
    node = nodeOf.stream().mapToInt(Integer::intValue).toArray();
    nodes = specs.size();
    speed = new double[node.length];
    lost = new boolean[node.length];
    network = new double[nodes];
    link = new double[nodes];
    loads = new double[nodes];
    wholeNetwork = new double[nodes];
    for (int d = 0; d < node.length; d++) {
      wholeNetwork[node[d]] += rates.get(d).networkBytesPerSecond();
    }
    Arrays.fill(link, 1);
    Arrays.fill(speed, 1);
    Arrays.fill(network, 1);
  }

  /** Rent of all devices; NaN when one's is unknown. */
  public double pricePerHourUsd() {
    return rates.stream().mapToDouble(TrueRates::pricePerHourUsd).sum();
  }

  /** Design power of all devices; NaN when one's is unknown. */
  public double designWatts() {
    return rates.stream().mapToDouble(TrueRates::designWatts).sum();
  }

  /** Devices of a chip. */
  public int count(String chip) {
    return (int) rates.stream().filter(rate -> rate.chip().equals(chip)).count();
  }

  public int devices() {
    return node.length;
  }

  public int nodes() {
    return nodes;
  }

  public List<String> ids() {
    return Collections.unmodifiableList(ids);
  }

  public String id(int device) {
    return ids.get(device);
  }

  /** Number of a device. */
  public int number(String id) {
    Integer number = numbers.get(id);
    if (number == null) {
      throw new IllegalArgumentException("device " + id + " is not in the pool");
    }
    return number;
  }

  public int node(int device) {
    return node[device];
  }

  public TrueRates rates(int device) {
    return rates.get(device);
  }

  public double speed(int device) {
    return speed[device];
  }

  public void setSpeed(int device, double factor) {
    speed[device] = factor;
  }

  public boolean isLost(int device) {
    return lost[device];
  }

  public void setLost(int device, boolean isLost) {
    lost[device] = isLost;
  }

  public double network(int nodeNumber) {
    return network[nodeNumber];
  }

  /** Faults and the like: factor of a node's network that is there at all. */
  public void setNetwork(int nodeNumber, double factor) {
    link[nodeNumber] = factor;
    share(nodeNumber);
  }

  /**
   * Loads of weights take a part of a node's network.
   *
   * @param bytesPerSecond that they take
   */
  public void setLoads(int nodeNumber, double bytesPerSecond) {
    loads[nodeNumber] = bytesPerSecond;
    share(nodeNumber);
  }

  private void share(int nodeNumber) {
    double whole = link[nodeNumber] * wholeNetwork[nodeNumber];
    network[nodeNumber] = link[nodeNumber] * Math.max(LEAST_LEFT, 1 - loads[nodeNumber] / whole);
  }
}
