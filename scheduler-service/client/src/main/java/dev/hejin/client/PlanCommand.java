package dev.hejin.client;

import static java.util.Objects.requireNonNull;

import com.google.protobuf.Message;
import dev.hejin.proto.capability.v1.DeviceCapability;
import dev.hejin.proto.capability.v1.NodeCapability;
import dev.hejin.proto.deployment.v1.PlanDeploymentRequest;
import dev.hejin.proto.deployment.v1.PlanDeploymentResponse;
import dev.hejin.proto.deployment.v1.PlanPool;
import dev.hejin.proto.deployment.v1.PlanServicesRequest;
import dev.hejin.proto.deployment.v1.PlanServicesResponse;
import dev.hejin.proto.inventory.v1.DeviceStatus;
import io.grpc.StatusRuntimeException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Function;
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
      names = "--tensor-parallel",
      paramLabel = "1|2|4|8|16",
      description = {
        "Most devices of a node that may divide attention and dense layers between them. Default: 8,",
        "where no plan of several pipelines without keeps the goal. Such plans cannot be deployed."
      })
  private @Nullable Integer tensorParallel;

  @Option(
      names = "--experts-apart",
      description = {
        "Also search stages with attention on some devices and routed experts on others, of the same",
        "or another type. Such plans cannot be deployed."
      })
  private boolean expertsApart;

  @Option(
      names = "--deployments",
      split = ",",
      paramLabel = "FILE",
      description = {
        "Plan the services of these deployment files on one pool, as if it were empty:",
        "higher priorities first, equal ones by fair parts."
      })
  private @Nullable List<String> deployments;

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

  /** What a scheduler is asked: the answer as text, and as a message. */
  private interface Question {
    /** Asks on a pool, or on the live one when it is null. */
    Answer ask(SchedulerConnection scheduler, @Nullable PlanPool pool);
  }

  private record Answer(Message message, Function<Map<String, String>, List<String>> text) {}

  @Override
  public Integer call() {
    Question question = deployments == null ? one() : sharing(deployments);
    if (connection.isExplicit()) {
      return ask(connection.connect(), connection.address(), question, given());
    }
    if (usual.answers()) {
      return ask(connection.connect(usual), usual, question, given());
    }
    if (from != null) {
      throw FailureText.unreachable(usual);
    }
    String poolName = pool == null ? files.defaultPool() : pool;
    PlanPool nodes = planPool(poolName);
    console.note(
        "no scheduler at "
            + usual
            + "; planning on pool "
            + poolName
            + " with a scheduler started for this call");
    try (SchedulerLauncher.Launched launched = launcher.launch()) {
      return ask(
          SchedulerConnection.open(launched.address(), connection.timeout()),
          launched.address(),
          question,
          nodes);
    }
  }

  private Question one() {
    PlanDeploymentRequest.Builder request =
        PlanDeploymentRequest.newBuilder()
            .setSpec(spec.spec(files, null))
            .setSeveralPipelines(pipelines)
            .setExplain(explain);
    goal.goal(spec.goal(files)).ifPresent(wanted -> request.setGoal(wanted));
    if (request.hasGoal()) {
      request.setSeveralPipelines(true);
    }
    if (tensorParallel != null) {
      request.setMostTensorParallel(tensorParallel()).setSeveralPipelines(true);
    }
    if (expertsApart) {
      request.setExpertsApart(true).setSeveralPipelines(true);
    }
    if (from != null) {
      request.setFromDeployment(from);
    }
    return (scheduler, nodes) -> {
      if (nodes != null) {
        request.setPool(nodes);
      }
      PlanDeploymentResponse response = scheduler.deployments().planDeployment(request.build());
      return new Answer(
          response,
          types ->
              response.hasService()
                  ? ServiceText.response(response, types)
                  : PlanText.response(response, types));
    };
  }

  private int tensorParallel() {
    int most = requireNonNull(tensorParallel, "tensorParallel");
    if (most < 1 || most > 16 || Integer.bitCount(most) != 1) {
      throw CommandFailure.usage("--tensor-parallel is " + most + "\nMaybe one of 1, 2, 4, 8, 16.");
    }
    return most;
  }

  private Question sharing(List<String> names) {
    boolean isGoalGiven = goal.goal(Optional.empty()).isPresent();
    boolean isStageGiven = tensorParallel != null || expertsApart;
    if (spec.isGiven() || isGoalGiven || from != null || explain || isStageGiven) {
      throw CommandFailure.usage(
          "--deployments takes all from its files"
              + "\nMaybe leave out --from, --explain and what the files say, such as --model,"
              + " --batch, --goal, --tensor-parallel and --experts-apart.");
    }
    PlanServicesRequest.Builder request = PlanServicesRequest.newBuilder();
    names.forEach(file -> request.addServices(files.service(file)));
    return (scheduler, nodes) -> {
      if (nodes != null) {
        request.setPool(nodes);
      }
      PlanServicesResponse response = scheduler.deployments().planServices(request.build());
      return new Answer(response, types -> ServiceText.sharing(response, types));
    };
  }

  private @Nullable PlanPool given() {
    return pool == null ? null : planPool(pool);
  }

  private PlanPool planPool(String nameOrFile) {
    return PlanPool.newBuilder()
        .addAllNodes(files.pool(nameOrFile))
        .addAllBridges(files.bridges(nameOrFile))
        .build();
  }

  private int ask(
      SchedulerConnection opened,
      SchedulerAddress address,
      Question question,
      @Nullable PlanPool nodes) {
    try (SchedulerConnection scheduler = opened) {
      Answer answer = question.ask(scheduler, nodes);
      if (connection.isJson()) {
        console.print(Json.document(answer.message()));
      } else {
        console.print(
            answer
                .text()
                .apply(nodes == null ? liveTypes(scheduler) : types(nodes.getNodesList())));
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
