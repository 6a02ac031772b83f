package dev.hejin.deploy.local.cluster;

import static java.util.Objects.requireNonNull;

import dev.hejin.catalog.pool.PoolSpec;
import java.nio.file.Path;
import java.util.List;

/**
 * What to run.
 *
 * @param poolArgument the pool as the agents are told it: a shipped name or a path
 * @param pool the same, read
 * @param ownProcess nodes that get a process each, because they will be killed
 * @param data folder of the broker's data and of all logs
 * @param port of the scheduler; 0 for any free one
 * @param seed of the simulated world
 * @param timeScale loads of weights take this many times less than they would
 */
public record ClusterOptions(
    String poolArgument,
    PoolSpec pool,
    List<String> ownProcess,
    Path data,
    int port,
    long seed,
    double timeScale) {
  public ClusterOptions {
    requireNonNull(poolArgument, "poolArgument");
    requireNonNull(pool, "pool");
    ownProcess = List.copyOf(ownProcess);
    requireNonNull(data, "data");
  }
}
