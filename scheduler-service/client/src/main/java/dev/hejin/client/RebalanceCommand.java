package dev.hejin.client;

import dev.hejin.proto.deployment.v1.RebalanceDeploymentRequest;
import dev.hejin.proto.deployment.v1.RebalanceDeploymentResponse;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Plans a running deployment again. */
@Command(
    name = "rebalance",
    description = "Plan again with what was observed so far; adopt the plan when it is better.")
final class RebalanceCommand extends AbstractCommand {
  @Parameters(index = "0", paramLabel = "NAME", description = "Deployment to rebalance.")
  private String name = "";

  @Option(names = "--force", description = "Adopt the new plan even when it is not better.")
  private boolean force;

  RebalanceCommand(Console console) {
    super(console);
  }

  @Override
  int run(SchedulerConnection scheduler) {
    RebalanceDeploymentResponse response =
        scheduler
            .deployments()
            .rebalanceDeployment(
                RebalanceDeploymentRequest.newBuilder()
                    .setName(name)
                    .setForce(force)
                    .setRequestId(RequestIds.next())
                    .build());
    if (isJson()) {
      console().print(Json.document(response));
    } else {
      console()
          .print(
              Wrap.text(
                  response.getAdopted()
                      ? "adopted epoch " + response.getEpoch() + ": "
                      : "kept the plan in force: ",
                  "  ",
                  response.getReason()));
    }
    return 0;
  }
}
