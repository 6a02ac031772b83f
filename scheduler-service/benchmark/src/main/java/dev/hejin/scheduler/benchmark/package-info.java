/**
 * JMH benchmarks of the engine's hot paths.
 *
 * <p>Start at {@link dev.hejin.scheduler.benchmark.PlannerBenchmark}; {@code BalanceReport} is a
 * plain main class that prints the tables of {@code docs/balance.md}. {@code
 * scheduler-service/README.md} tells how to run them.
 */
@NullMarked
package dev.hejin.scheduler.benchmark;

import org.jspecify.annotations.NullMarked;
