package dev.hejin.client;

import dev.hejin.proto.deployment.v1.Deployment;
import dev.hejin.proto.deployment.v1.GetDeploymentRequest;
import dev.hejin.proto.deployment.v1.GetDeploymentResponse;
import dev.hejin.proto.deployment.v1.ListDeploymentsRequest;
import dev.hejin.proto.deployment.v1.ListDeploymentsResponse;
import dev.hejin.proto.inventory.v1.DeviceStatus;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Lists deployments, or shows one. */
@Command(
    name = "deployments",
    description = "List deployments; with a name, show one with its stages and epochs.")
final class DeploymentsCommand extends AbstractCommand {
  @Parameters(index = "0", arity = "0..1", paramLabel = "NAME", description = "Deployment to show.")
  private @Nullable String name;

  DeploymentsCommand(Console console) {
    super(console);
  }

  @Override
  int run(SchedulerConnection scheduler) {
    return name == null ? list(scheduler) : show(scheduler, name);
  }

  private int list(SchedulerConnection scheduler) {
    List<Deployment> deployments = new ArrayList<>();
    ListDeploymentsResponse page;
    String token = "";
    do {
      page =
          scheduler
              .deployments()
              .listDeployments(ListDeploymentsRequest.newBuilder().setPageToken(token).build());
      deployments.addAll(page.getDeploymentsList());
      token = page.getNextPageToken();
    } while (!token.isEmpty());
    if (isJson()) {
      console()
          .print(
              Json.document(
                  page.toBuilder().clearDeployments().addAllDeployments(deployments).build()));
    } else {
      console().print(DeploymentText.list(deployments));
    }
    return 0;
  }

  private int show(SchedulerConnection scheduler, String wanted) {
    GetDeploymentResponse response =
        scheduler
            .deployments()
            .getDeployment(GetDeploymentRequest.newBuilder().setName(wanted).build());
    if (isJson()) {
      console().print(Json.document(response));
      return 0;
    }
    Deployment deployment = response.getDeployment();
    List<String> lines = new ArrayList<>(DeploymentText.list(List.of(deployment)));
    if (deployment.hasPlan()) {
      Map<String, String> types = new HashMap<>();
      for (DeviceStatus device : DevicesCommand.all(scheduler)) {
        types.put(
            device.getCapability().getDeviceId(),
            device.getCapability().getVendor() + " " + device.getCapability().getChip());
      }
      lines.add("");
      lines.addAll(PlanText.stages(deployment.getPlan(), types).lines());
      lines.add("");
      lines.addAll(PlanText.prediction(deployment.getPlan()));
    }
    lines.add("");
    lines.addAll(DeploymentText.epochs(deployment));
    console().print(lines);
    return 0;
  }
}
