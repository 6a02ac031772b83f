package dev.hejin.client;

import dev.hejin.proto.inventory.v1.DrainNodeRequest;
import dev.hejin.proto.inventory.v1.DrainNodeResponse;
import dev.hejin.proto.inventory.v1.UndrainNodeRequest;
import dev.hejin.proto.inventory.v1.UndrainNodeResponse;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Empties a node, or lets plans use it again. */
@Command(
    name = "drain",
    description = "Move everything off a node and keep it empty; --undo lets plans use it again.")
final class DrainCommand extends AbstractCommand {
  @Parameters(index = "0", paramLabel = "NODE", description = "Node id.")
  private String node = "";

  @Option(names = "--undo", description = "Let plans use the node again.")
  private boolean undo;

  @Option(names = "--reason", paramLabel = "TEXT", description = "For the record.")
  private String reason = "";

  DrainCommand(Console console) {
    super(console);
  }

  @Override
  int run(SchedulerConnection scheduler) {
    if (undo) {
      UndrainNodeResponse response =
          scheduler
              .inventory()
              .undrainNode(
                  UndrainNodeRequest.newBuilder()
                      .setNodeId(node)
                      .setRequestId(RequestIds.next())
                      .build());
      console().print(isJson() ? Json.document(response) : node + ": plans may use it again");
    } else {
      DrainNodeResponse response =
          scheduler
              .inventory()
              .drainNode(
                  DrainNodeRequest.newBuilder()
                      .setNodeId(node)
                      .setReason(reason)
                      .setRequestId(RequestIds.next())
                      .build());
      console()
          .print(
              isJson()
                  ? Json.document(response)
                  : node + ": draining; its shards move while it serves. See ./hejin devices");
    }
    return 0;
  }
}
