package dev.hejin.client;

import static java.util.Objects.requireNonNull;

import dev.hejin.proto.capability.v1.DeviceCapability;
import dev.hejin.proto.capability.v1.NodeCapability;
import dev.hejin.proto.deployment.v1.PlanDeploymentRequest;
import dev.hejin.proto.deployment.v1.PlanDeploymentResponse;
import dev.hejin.proto.deployment.v1.PlanPool;
import dev.hejin.proto.inventory.v1.DeviceStatus;
import io.grpc.StatusRuntimeException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Plans a deployment and changes nothing. */
@Command(
    name = "plan",
    description = {
      "Plan a model on the pool and show what it would do; changes nothing.",
      "Where no scheduler runs and none is named, plans with one of its own."
    })
final class PlanCommand implements Callable<Integer> {
  private final Console console;
  private final InputFiles files;
  private final SchedulerLauncher launcher;
  private final SchedulerAddress usual;

  @Mixin private final SpecOptions spec = new SpecOptions();
  @Mixin private final GoalOptions goal = new GoalOptions();
  @Mixin private final ConnectionOptions connection = new ConnectionOptions();

  @Option(
      names = {"-p", "--pool"},
      paramLabel = "NAME|FILE",
      description = "Plan on this pool in place of the live one.")
  private @Nullable String pool;

  @Option(
      names = "--from",
      paramLabel = "DEPLOYMENT",
      description = "Start from this running deployment, so that little moves.")
  private @Nullable String from;

  @Option(
      names = "--pipelines",
      description =
          "Search several pipelines that share the traffic, too; ./hejin deploy --pipelines deploys"
              + " them.")
  private boolean pipelines;

  @Option(
      names = "--explain",
      description = "Say what binds, what more of each resource is worth, and the alternatives.")
  private boolean explain;

  PlanCommand(Console console, InputFiles files, SchedulerLauncher launcher) {
    this(console, files, launcher, SchedulerAddress.DEFAULT);
  }

  PlanCommand(
      Console console, InputFiles files, SchedulerLauncher launcher, SchedulerAddress usual) {
    this.usual = requireNonNull(usual, "usual");
    this.console = requireNonNull(console, "console");
    this.files = requireNonNull(files, "files");
    this.launcher = requireNonNull(launcher, "launcher");
  }

  @Override
  public Integer call() {
    PlanDeploymentRequest.Builder request =
        PlanDeploymentRequest.newBuilder()
            .setSpec(spec.spec(files, null))
            .setSeveralPipelines(pipelines)
            .setExplain(explain);
    goal.goal(spec.goal(files)).ifPresent(request::setGoal);
    if (request.hasGoal()) {
      request.setSeveralPipelines(true);
    }
    if (from != null) {
      request.setFromDeployment(from);
    }
    if (pool != null) {
      request.setPool(planPool(pool));
    }
    if (connection.isExplicit()) {
      return plan(connection.connect(), connection.address(), request);
    }
    if (usual.answers()) {
      return plan(connection.connect(usual), usual, request);
    }
    if (from != null) {
      throw FailureText.unreachable(usual);
    }
    String poolName = pool == null ? files.defaultPool() : pool;
    if (!request.hasPool()) {
      request.setPool(planPool(poolName));
    }
    console.note(
        "no scheduler at "
            + usual
            + "; planning on pool "
            + poolName
            + " with a scheduler started for this call");
    try (SchedulerLauncher.Launched launched = launcher.launch()) {
      return plan(
          SchedulerConnection.open(launched.address(), connection.timeout()),
          launched.address(),
          request);
    }
  }

  private PlanPool planPool(String nameOrFile) {
    return PlanPool.newBuilder().addAllNodes(files.pool(nameOrFile)).build();
  }

  private int plan(
      SchedulerConnection opened, SchedulerAddress address, PlanDeploymentRequest.Builder request) {
    try (SchedulerConnection scheduler = opened) {
      PlanDeploymentResponse response = scheduler.deployments().planDeployment(request.build());
      if (connection.isJson()) {
        console.print(Json.document(response));
      } else {
        Map<String, String> types =
            request.hasPool() ? types(request.getPool().getNodesList()) : liveTypes(scheduler);
        console.print(
            response.hasService()
                ? ServiceText.response(response, types)
                : PlanText.response(response, types));
      }
      return 0;
    } catch (StatusRuntimeException e) {
      throw FailureText.of(e, address);
    }
  }

  private static Map<String, String> types(List<NodeCapability> nodes) {
    Map<String, String> types = new HashMap<>();
    for (NodeCapability node : nodes) {
      node.getDevicesList().forEach(device -> types.put(device.getDeviceId(), type(device)));
    }
    return types;
  }

  /** Device id to type, of the live pool. */
  static Map<String, String> liveTypes(SchedulerConnection scheduler) {
    Map<String, String> types = new HashMap<>();
    for (DeviceStatus device : DevicesCommand.all(scheduler)) {
      types.put(device.getCapability().getDeviceId(), type(device.getCapability()));
    }
    return types;
  }

  private static String type(DeviceCapability device) {
    return device.getVendor() + " " + device.getChip();
  }
}
