package dev.hejin.lab.experiment;

import static java.util.Objects.requireNonNull;

import dev.hejin.lab.trial.Simulator;
import dev.hejin.lab.trial.TrialResult;
import dev.hejin.lab.trial.Variant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionService;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Runs the trials of an experiment.
 *
 * <p>Replication by replication, all arms of one before the next: what an interruption leaves is
 * then made of whole pairs, but for the last replication. Each result has its place by arm and
 * replication, so the outcome does not depend on which thread was first. Of the first replication
 * everything is kept, of the others the measures.
 */
public final class ExperimentRunner {
  private static final long LOOK_MILLIS = 50;

  private final Simulator simulator;
  private final Journal journal;
  private final Progress progress;
  private final Interruption interruption;
  private final int threads;

  /**
   * @param threads trials at a time, at least 1
   */
  public ExperimentRunner(
      Simulator simulator,
      Journal journal,
      Progress progress,
      Interruption interruption,
      int threads) {
    this.simulator = requireNonNull(simulator, "simulator");
    this.journal = requireNonNull(journal, "journal");
    this.progress = requireNonNull(progress, "progress");
    this.interruption = requireNonNull(interruption, "interruption");
    if (threads < 1) {
      throw new IllegalArgumentException("threads = " + threads + ": not above 0\nMaybe use 1.");
    }
    this.threads = threads;
  }

  private record Trial(int arm, int replication) {}

  private record Ended(Trial trial, TrialResult result) {}

  /** Runs all trials, or those that end before the interruption. */
  public Outcome run(ExperimentPlan plan) {
    @Nullable TrialResult[][] results = new TrialResult[plan.arms().size()][plan.replications()];
    int all = plan.arms().size() * plan.replications();
    ExecutorService workers =
        Executors.newFixedThreadPool(
            threads, Thread.ofPlatform().daemon().name("trial-", 0).factory());
    try {
      CompletionService<Ended> running = new ExecutorCompletionService<>(workers);
      int done = 0;
      int waiting = 0;
      for (int replication = 0; replication < plan.replications(); replication++) {
        for (int arm = 0; arm < plan.arms().size(); arm++) {
          Trial trial = new Trial(arm, replication);
          Optional<TrialResult> known = journal.find(key(plan, trial));
          if (known.isPresent()) {
            results[arm][replication] = known.get();
            progress.ended(++done, all, plan.arms().get(arm), known.get(), true);
          } else {
            // Its outcome is taken from the completion service.
            Future<Ended> unused = running.submit(() -> new Ended(trial, simulate(plan, trial)));
            waiting++;
          }
        }
      }
      while (waiting > 0 && !interruption.isRequested()) {
        Future<Ended> next = running.poll(LOOK_MILLIS, TimeUnit.MILLISECONDS);
        if (next != null) {
          waiting--;
          keep(plan, next.get(), results, ++done, all);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException e) {
      throw new IllegalStateException("a trial ended in an error of the lab", e.getCause());
    } finally {
      workers.shutdownNow();
    }
    return new Outcome(plan, results);
  }

  private void keep(
      ExperimentPlan plan, Ended ended, @Nullable TrialResult[][] results, int done, int all) {
    Trial trial = ended.trial();
    journal.add(key(plan, trial), ended.result());
    results[trial.arm()][trial.replication()] = ended.result();
    progress.ended(done, all, plan.arms().get(trial.arm()), ended.result(), false);
  }

  /** A policy's own failure never stops the others. */
  private TrialResult simulate(ExperimentPlan plan, Trial trial) {
    Variant variant = plan.arms().get(trial.arm()).variant();
    TrialResult result;
    try {
      result = simulator.run(variant, plan.seedOf(trial.replication()));
    } catch (RuntimeException | AssertionError | LinkageError | StackOverflowError e) {
      return TrialResult.failed(e.getClass().getSimpleName() + ": " + e.getMessage());
    }
    return trial.replication() == 0 || !result.succeeded() ? result : measuresOnly(result);
  }

  private static TrialResult measuresOnly(TrialResult result) {
    return new TrialResult(
        result.measures(),
        List.of(),
        List.of(),
        List.of(),
        List.of(),
        result.simulatedEvents(),
        result.failure());
  }

  private static String key(ExperimentPlan plan, Trial trial) {
    String key = TrialKey.of(plan, plan.arms().get(trial.arm()), plan.seedOf(trial.replication()));
    // The first replication is kept with its detail, so it has a key of its own.
    return trial.replication() == 0 ? key + "+" : key;
  }
}
