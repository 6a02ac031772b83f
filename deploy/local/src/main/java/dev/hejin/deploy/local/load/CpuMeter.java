package dev.hejin.deploy.local.load;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** Cores that processes use, as the operating system counts them. */
final class CpuMeter {
  private final Map<String, Long> processes = new LinkedHashMap<>();
  private final Map<String, Duration> before = new LinkedHashMap<>();
  private long startNanos = System.nanoTime();

  /** Adds a process under a name. */
  CpuMeter add(String name, long pid) {
    processes.put(name, pid);
    before.put(name, used(pid));
    return this;
  }

  private static Duration used(long pid) {
    return ProcessHandle.of(pid)
        .flatMap(process -> process.info().totalCpuDuration())
        .orElse(Duration.ZERO);
  }

  /** Begins anew. */
  void reset() {
    startNanos = System.nanoTime();
    processes.forEach((name, pid) -> before.put(name, used(pid)));
  }

  /** Mean number of cores since the start, by name. */
  Map<String, Double> cores() {
    double seconds = (System.nanoTime() - startNanos) / 1e9;
    Map<String, Double> cores = new LinkedHashMap<>();
    processes.forEach(
        (name, pid) ->
            cores.put(
                name,
                used(pid).minus(before.getOrDefault(name, Duration.ZERO)).toNanos()
                    / 1e9
                    / seconds));
    return cores;
  }

  @Override
  public String toString() {
    StringBuilder text = new StringBuilder("cores:");
    cores()
        .forEach((name, value) -> text.append(String.format(Locale.ROOT, " %s %.2f", name, value)));
    return text.toString();
  }
}
