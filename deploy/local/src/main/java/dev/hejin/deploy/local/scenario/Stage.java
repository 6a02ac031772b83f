package dev.hejin.deploy.local.scenario;

import dev.hejin.catalog.scenario.ScenarioEvent;
import dev.hejin.deploy.local.truth.TrueThroughput;
import dev.hejin.deploy.local.truth.TruthWindow;
import dev.hejin.proto.deployment.v1.Deployment;
import dev.hejin.proto.deployment.v1.RebalanceDeploymentResponse;

/** What a scenario is played on: cluster, scheduler, judge. */
public interface Stage {
  /** Says what an event cannot show, such as the loss of a node that serves nothing; or nothing. */
  String remark(ScenarioEvent event);

  /** Makes an event happen. */
  void apply(ScenarioEvent event) throws InterruptedException;

  /** The deployment as the scheduler shows it, without its plan. */
  Deployment deployment();

  /** Asks the scheduler for a better plan. */
  RebalanceDeploymentResponse rebalance();

  /** Begins to collect what the judge sees from now on. */
  TruthWindow beginWindow();

  /** What the devices really reach now. */
  TrueThroughput truth();

  /**
   * What a fresh plan, made with full knowledge of speeds and load, would really reach on the nodes
   * that live now.
   */
  Reference reference();
}
