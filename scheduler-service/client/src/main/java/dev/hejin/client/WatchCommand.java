package dev.hejin.client;

import dev.hejin.proto.deployment.v1.WatchDeploymentRequest;
import dev.hejin.proto.deployment.v1.WatchDeploymentResponse;
import java.time.LocalTime;
import java.time.format.DateTimeFormatter;
import java.util.Iterator;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Prints a line for each change of a deployment. */
@Command(
    name = "watch",
    description = "Print a line for each change of a deployment, until Ctrl-C or its deletion.")
final class WatchCommand extends AbstractCommand {
  private static final DateTimeFormatter CLOCK = DateTimeFormatter.ofPattern("HH:mm:ss");

  @Parameters(index = "0", paramLabel = "NAME", description = "Deployment to watch.")
  private String name = "";

  @Option(names = "--count", paramLabel = "N", description = "End after N lines. Default: never.")
  private long count = Long.MAX_VALUE;

  WatchCommand(Console console) {
    super(console);
  }

  @Override
  int run(SchedulerConnection scheduler) {
    Iterator<WatchDeploymentResponse> changes =
        scheduler
            .deploymentsWithoutDeadline()
            .watchDeployment(WatchDeploymentRequest.newBuilder().setName(name).build());
    String last = "";
    for (long printed = 0; printed < count && changes.hasNext(); ) {
      WatchDeploymentResponse change = changes.next();
      String line = isJson() ? Json.line(change) : DeploymentText.line(change.getDeployment());
      if (!line.equals(last)) {
        console().print(isJson() ? line : LocalTime.now().format(CLOCK) + "  " + line);
        printed++;
      }
      last = line;
    }
    return 0;
  }
}
