package dev.hejin.scheduler.app.security;

import static dev.hejin.scheduler.app.port.Role.ADMIN;
import static dev.hejin.scheduler.app.port.Role.AGENT;
import static dev.hejin.scheduler.app.port.Role.OPERATOR;
import static dev.hejin.scheduler.app.port.Role.VIEWER;

import dev.hejin.scheduler.app.port.Role;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The least role of each gRPC method. A method that is not here is refused. */
final class MethodRules {
  /**
   * What holds for one method.
   *
   * @param least role that a caller must have; null: none, whoever has come so far may
   * @param changes whether the audit tells of each call, not only of those refused
   * @param target field of the request that names what is changed; nested with dots
   * @param revision field of the answer with the state revision after it
   */
  record Rule(@Nullable Role least, boolean changes, String target, String revision) {}

  private static final String POOL = "hejin.inventory.v1.InventoryService/";
  private static final String DEPLOYMENTS = "hejin.deployment.v1.DeploymentService/";
  private static final String NODE = "register.capability.node_id";
  private static final String REVISION = "revision";

  private static final Map<String, Rule> RULES =
      Map.ofEntries(
          // Nodes.
          change("hejin.agent.v1.AgentService/Connect", AGENT, NODE, "registered.revision"),

          // The pool.
          read(POOL + "ListDevices", VIEWER),
          read(POOL + "GetNode", VIEWER),
          change(POOL + "DrainNode", OPERATOR, "node_id", REVISION),
          change(POOL + "UndrainNode", OPERATOR, "node_id", REVISION),
          change(POOL + "ForgetNode", OPERATOR, "node_id", REVISION),

          // Deployments.
          read(DEPLOYMENTS + "PlanDeployment", VIEWER),
          read(DEPLOYMENTS + "PlanServices", VIEWER),
          read(DEPLOYMENTS + "GetDeployment", VIEWER),
          read(DEPLOYMENTS + "ListDeployments", VIEWER),
          read(DEPLOYMENTS + "WatchDeployment", VIEWER),
          change(DEPLOYMENTS + "CreateDeployment", OPERATOR, "spec.name", REVISION),
          change(DEPLOYMENTS + "RebalanceDeployment", OPERATOR, "name", REVISION),
          change(DEPLOYMENTS + "ControlMigration", OPERATOR, "name", REVISION),
          change(DEPLOYMENTS + "DeleteDeployment", ADMIN, "name", REVISION),

          // Training jobs: computed for the caller, nothing is kept.
          read("hejin.training.v1.ExpertBiasService/BalanceExperts", VIEWER),

          // What this server is, and whether it is well.
          read("grpc.reflection.v1.ServerReflection/ServerReflectionInfo", VIEWER),
          read("grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo", VIEWER),
          open("grpc.health.v1.Health/Check"),
          open("grpc.health.v1.Health/List"),
          open("grpc.health.v1.Health/Watch"));

  private MethodRules() {}

  /** The rule of a method by its full name. */
  static Optional<Rule> of(String method) {
    return Optional.ofNullable(RULES.get(method));
  }

  /** All methods that have a rule. */
  static Map<String, Rule> all() {
    return RULES;
  }

  private static Map.Entry<String, Rule> read(String method, Role least) {
    return Map.entry(method, new Rule(least, false, "", ""));
  }

  private static Map.Entry<String, Rule> open(String method) {
    return Map.entry(method, new Rule(null, false, "", ""));
  }

  private static Map.Entry<String, Rule> change(
      String method, Role least, String target, String revision) {
    return Map.entry(method, new Rule(least, true, target, revision));
  }
}
