package dev.hejin.client;

import dev.hejin.proto.deployment.v1.DeleteDeploymentRequest;
import dev.hejin.proto.deployment.v1.DeleteDeploymentResponse;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Deletes a deployment. */
@Command(name = "delete", description = "Stop serving a deployment and give its memory back.")
final class DeleteCommand extends AbstractCommand {
  @Parameters(index = "0", paramLabel = "NAME", description = "Deployment to delete.")
  private String name = "";

  DeleteCommand(Console console) {
    super(console);
  }

  @Override
  int run(SchedulerConnection scheduler) {
    DeleteDeploymentResponse response =
        scheduler
            .deployments()
            .deleteDeployment(
                DeleteDeploymentRequest.newBuilder()
                    .setName(name)
                    .setRequestId(RequestIds.next())
                    .build());
    console()
        .print(isJson() ? Json.document(response) : name + ": deleting; its memory is given back");
    return 0;
  }
}
