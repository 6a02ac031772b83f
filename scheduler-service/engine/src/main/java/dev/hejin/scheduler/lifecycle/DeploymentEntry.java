package dev.hejin.scheduler.lifecycle;

import dev.hejin.scheduler.model.ExpertLoad;
import dev.hejin.scheduler.model.StagePlacement;
import dev.hejin.scheduler.plan.Plan;
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
 */
public record DeploymentEntry(
    DeploymentSpec spec,
    @Nullable Plan plan,
    ExpertLoad load,
    long epoch,
    boolean active,
    String blockedReason,
    boolean deleting,
    List<EpochEntry> epochs) {

  /** Epochs that are remembered. */
  public static final int HISTORY = 32;

  public DeploymentEntry {
    epochs = List.copyOf(epochs);
  }

  public Optional<Plan> targetPlan() {
    return Optional.ofNullable(plan);
  }

  /** Whether some epoch that is remembered was in force. */
  public boolean wasServed() {
    return epochs.stream().anyMatch(epoch -> epoch.activeMillis() > 0);
  }

  /** The target's stages; none before the first plan. */
  public List<StagePlacement> stages() {
    return plan == null ? List.of() : plan.placement().stages();
  }
}
