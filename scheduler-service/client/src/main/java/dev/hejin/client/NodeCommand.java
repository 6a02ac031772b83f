package dev.hejin.client;

import dev.hejin.proto.inventory.v1.GetNodeRequest;
import dev.hejin.proto.inventory.v1.GetNodeResponse;
import java.time.Instant;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Shows one node. */
@Command(name = "node", description = "Show one node with all that is known of it.")
final class NodeCommand extends AbstractCommand {
  @Parameters(index = "0", paramLabel = "NODE", description = "Node id.")
  private String node = "";

  NodeCommand(Console console) {
    super(console);
  }

  @Override
  int run(SchedulerConnection scheduler) {
    GetNodeResponse response =
        scheduler.inventory().getNode(GetNodeRequest.newBuilder().setNodeId(node).build());
    if (isJson()) {
      console().print(Json.document(response));
    } else {
      console().print(DeviceText.node(response, Instant.now()));
    }
    return 0;
  }
}
