package dev.hejin.client;

import dev.hejin.proto.deployment.v1.WatchDeploymentRequest;
import dev.hejin.proto.deployment.v1.WatchDeploymentResponse;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
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

  private static final long PATIENCE_NANOS = 30_000_000_000L;
  private static final long PAUSE_MILLIS = 250;

  private String last = "";
  private long printed;

  @Parameters(index = "0", paramLabel = "NAME", description = "Deployment to watch.")
  private String name = "";

  @Option(names = "--count", paramLabel = "N", description = "End after N lines. Default: never.")
  private long count = Long.MAX_VALUE;

  WatchCommand(Console console) {
    super(console);
  }

  @Override
  int run(SchedulerConnection scheduler) {
    long endNanos = Long.MAX_VALUE;
    while (true) {
      long before = printed;
      try {
        follow(scheduler);
        return 0;
      } catch (StatusRuntimeException e) {
        boolean heard = printed > before;
        endNanos =
            heard || endNanos == Long.MAX_VALUE ? System.nanoTime() + PATIENCE_NANOS : endNanos;
        if (e.getStatus().getCode() != Status.Code.UNAVAILABLE
            || printed == 0
            || System.nanoTime() - endNanos > 0
            || !pause()) {
          throw e;
        }
        if (heard) {
          console().note("the scheduler is away; asking again");
        }
      }
    }
  }

  /** A scheduler that is away for a moment, or follows from now on, does not end a watch. */
  private void follow(SchedulerConnection scheduler) {
    Iterator<WatchDeploymentResponse> changes =
        scheduler
            .deploymentsWithoutDeadline()
            .watchDeployment(WatchDeploymentRequest.newBuilder().setName(name).build());
    while (printed < count && changes.hasNext()) {
      WatchDeploymentResponse change = changes.next();
      String line = isJson() ? Json.line(change) : DeploymentText.line(change.getDeployment());
      if (!line.equals(last)) {
        console().print(isJson() ? line : LocalTime.now().format(CLOCK) + "  " + line);
        printed++;
      }
      last = line;
    }
  }

  private static boolean pause() {
    try {
      Thread.sleep(PAUSE_MILLIS);
      return true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
