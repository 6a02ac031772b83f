package dev.hejin.client;

import static java.util.Objects.requireNonNull;

import dev.hejin.proto.deployment.v1.CreateDeploymentRequest;
import dev.hejin.proto.deployment.v1.CreateDeploymentResponse;
import dev.hejin.proto.deployment.v1.Deployment;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Deploys a model. */
@Command(name = "deploy", description = "Plan a model on the live pool, commit, start to load it.")
final class DeployCommand extends AbstractCommand {
  private final InputFiles files;

  @Mixin private final SpecOptions spec = new SpecOptions();

  @Option(
      names = {"-n", "--name"},
      paramLabel = "NAME",
      description = "Name of the deployment. Default: from the file, else from the model.")
  private @Nullable String name;

  DeployCommand(Console console, InputFiles files) {
    super(console);
    this.files = requireNonNull(files, "files");
  }

  @Override
  int run(SchedulerConnection scheduler) {
    CreateDeploymentResponse response =
        scheduler
            .deployments()
            .createDeployment(
                CreateDeploymentRequest.newBuilder()
                    .setSpec(spec.spec(files, name))
                    .setRequestId(RequestIds.next())
                    .build());
    if (isJson()) {
      console().print(Json.document(response));
      return 0;
    }
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
    console().print(lines);
    return 0;
  }
}
