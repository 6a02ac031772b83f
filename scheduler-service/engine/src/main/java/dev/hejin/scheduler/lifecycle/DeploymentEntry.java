package dev.hejin.scheduler.lifecycle;

import dev.hejin.scheduler.model.ExpertLoad;
import dev.hejin.scheduler.model.StagePlacement;
import dev.hejin.scheduler.plan.Plan;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A deployment as the log knows it.
 *
 * @param spec what was asked
 * @param plan target; null before the first was adopted
 * @param load expert load that the plan was made for
 * @param epoch number of the plan; 0 before the first
 * @param active whether all devices were seen to serve the plan
 * @param blockedReason why no plan fits; empty when one does
 * @param deleting whether its devices are being emptied
 * @param epochs history, newest last, at most {@value #HISTORY}
 * @param hold whether the way to the target goes on
 * @param fallback last plan that was active, while it is not the target; null when there is none
 */
public record DeploymentEntry(
    DeploymentSpec spec,
    @Nullable Plan plan,
    ExpertLoad load,
    long epoch,
    boolean active,
    String blockedReason,
    boolean deleting,
    List<EpochEntry> epochs,
    MigrationHold hold,
    @Nullable PlanEntry fallback) {

  /** Epochs that are remembered. */
  public static final int HISTORY = 32;

  public DeploymentEntry {
    epochs = List.copyOf(epochs);
  }

  /** A deployment without a plan. */
  static DeploymentEntry created(DeploymentSpec spec) {
    return new DeploymentEntry(
        spec, null, spec.expectedLoad(), 0, false, "", false, List.of(), MigrationHold.NONE, null);
  }

  public Optional<Plan> targetPlan() {
    return Optional.ofNullable(plan);
  }

  /** What a rollback goes back to. */
  public Optional<PlanEntry> fallbackPlan() {
    return Optional.ofNullable(fallback);
  }

  /** Whether some epoch that is remembered was in force. */
  public boolean wasServed() {
    return epochs.stream().anyMatch(epoch -> epoch.activeMillis() > 0);
  }

  /** What the plan is predicted to reach; 0 while nothing is served or no plan fits. */
  double servedTokensPerSecond() {
    boolean served = wasServed() && !deleting && blockedReason.isEmpty();
    return served && plan != null ? plan.prediction().tokensPerSecond() : 0;
  }

  /** The target's stages; none before the first plan. */
  public List<StagePlacement> stages() {
    return plan == null ? List.of() : plan.placement().stages();
  }

  /** Another plan becomes the target. */
  DeploymentEntry adopted(Event.PlanAdopted event, long revision, long timeMillis) {
    List<EpochEntry> all = new ArrayList<>(epochs);
    all.add(
        new EpochEntry(
            event.epoch(),
            event.reason(),
            revision,
            timeMillis,
            0,
            event.movedBytes(),
            event.movedShards(),
            event.plan().prediction().tokensPerSecond()));
    int surplus = all.size() - HISTORY;
    return new DeploymentEntry(
        spec,
        event.plan(),
        event.load(),
        event.epoch(),
        false,
        "",
        deleting,
        surplus > 0 ? all.subList(surplus, all.size()) : all,
        hold,
        active && plan != null ? new PlanEntry(plan, load) : fallback);
  }

  /** Devices serve an epoch. */
  DeploymentEntry activated(long number, long timeMillis) {
    boolean target = epoch == number;
    return new DeploymentEntry(
        spec,
        plan,
        load,
        epoch,
        active || target,
        blockedReason,
        deleting,
        epochs.stream().map(e -> e.number() == number ? e.activated(timeMillis) : e).toList(),
        hold,
        target ? null : fallback);
  }

  DeploymentEntry blocked(String reason) {
    return new DeploymentEntry(
        spec, plan, load, epoch, active, reason, deleting, epochs, hold, fallback);
  }

  DeploymentEntry emptying() {
    return new DeploymentEntry(
        spec, plan, load, epoch, false, "", true, epochs, MigrationHold.NONE, null);
  }

  DeploymentEntry held(MigrationHold next) {
    return new DeploymentEntry(
        spec, plan, load, epoch, active, blockedReason, deleting, epochs, next, fallback);
  }
}
