package dev.hejin.client;

import static java.util.Objects.requireNonNull;

import dev.hejin.proto.deployment.v1.CreateDeploymentRequest;
import dev.hejin.proto.deployment.v1.CreateDeploymentResponse;
import dev.hejin.proto.deployment.v1.Deployment;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Deploys a model. */
@Command(name = "deploy", description = "Plan a model on the live pool, commit, start to load it.")
final class DeployCommand extends AbstractCommand {
  private final InputFiles files;

  @Mixin private final SpecOptions spec = new SpecOptions();
  @Mixin private final GoalOptions goal = new GoalOptions();

  @Option(
      names = {"-n", "--name"},
      paramLabel = "NAME",
      description = "Name of the deployment. Default: from the file, else from the model.")
  private @Nullable String name;

  @Option(
      names = "--pipelines",
      description = {
        "Plan one pipeline or several and deploy a service: a deployment for each pipeline,",
        "called NAME-p0, NAME-p1, ... A goal, demand or limit means the same."
      })
  private boolean pipelines;

  DeployCommand(Console console, InputFiles files) {
    super(console);
    this.files = requireNonNull(files, "files");
  }

  @Override
  int run(SchedulerConnection scheduler) {
    CreateDeploymentRequest.Builder request =
        CreateDeploymentRequest.newBuilder()
            .setSpec(spec.spec(files, name))
            .setRequestId(RequestIds.next())
            .setSeveralPipelines(pipelines);
    goal.goal(spec.goal(files))
        .ifPresent(wanted -> request.setGoal(wanted).setSeveralPipelines(true));
    CreateDeploymentResponse response = scheduler.deployments().createDeployment(request.build());
    if (isJson()) {
      console().print(Json.document(response));
    } else if (response.getPipelinesCount() > 0) {
      console().print(service(response, PlanCommand.liveTypes(scheduler)));
    } else {
      console().print(deployment(response));
    }
    return 0;
  }

  private static List<String> service(
      CreateDeploymentResponse response, Map<String, String> types) {
    List<Deployment> pipelines = response.getPipelinesList();
    String name = pipelines.getFirst().getSpec().getMember().getService();
    List<String> lines = new ArrayList<>();
    lines.add("service " + name + " of " + pipelines.size() + " pipelines");
    lines.addAll(PlanText.model(pipelines.getFirst().getModel()));
    lines.addAll(ServiceText.pipelines(response.getService(), types));
    for (Deployment pipeline : pipelines) {
      lines.add(
          "deployment "
              + pipeline.getSpec().getName()
              + " is "
              + DeploymentText.state(pipeline)
              + ", epoch "
              + DeploymentText.epoch(pipeline).getNumber());
    }
    lines.add("watch it with ./hejin watch " + name);
    return lines;
  }

  private static List<String> deployment(CreateDeploymentResponse response) {
    Deployment deployment = response.getDeployment();
    List<String> lines = new ArrayList<>();
    lines.add(
        "deployment "
            + deployment.getSpec().getName()
            + " is "
            + DeploymentText.state(deployment)
            + ", epoch "
            + DeploymentText.epoch(deployment).getNumber());
    lines.addAll(PlanText.model(deployment.getModel()));
    if (deployment.hasPlan()) {
      lines.addAll(PlanText.prediction(deployment.getPlan()));
    }
    lines.add("watch it with ./hejin watch " + deployment.getSpec().getName());
    return lines;
  }
}
