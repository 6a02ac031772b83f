package dev.hejin.client;

import dev.hejin.proto.inventory.v1.ForgetNodeRequest;
import dev.hejin.proto.inventory.v1.ForgetNodeResponse;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Strikes a lost node off. */
@Command(
    name = "forget",
    description = {
      "Strike off a lost node that will not come back. Refused while it is connected; one that",
      "comes back all the same is new."
    })
final class ForgetCommand extends AbstractCommand {
  @Parameters(index = "0", paramLabel = "NODE", description = "Node id.")
  private String node = "";

  ForgetCommand(Console console) {
    super(console);
  }

  @Override
  int run(SchedulerConnection scheduler) {
    ForgetNodeResponse response =
        scheduler
            .inventory()
            .forgetNode(
                ForgetNodeRequest.newBuilder()
                    .setNodeId(node)
                    .setRequestId(RequestIds.next())
                    .build());
    console().print(isJson() ? Json.document(response) : node + ": forgotten");
    return 0;
  }
}
