package dev.hejin.client;

import dev.hejin.proto.deployment.v1.ControlMigrationRequest;
import dev.hejin.proto.deployment.v1.ControlMigrationResponse;
import dev.hejin.proto.deployment.v1.MigrationAction;
import java.util.Locale;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Stops, continues or takes back a change of plan that is on its way. */
@Command(
    name = "migration",
    description = {
      "Control the change to a deployment's newest plan.",
      "pause: take no further step, unless an expert has no live replica.",
      "resume: go on; automatic changes happen again.",
      "rollback: go back to the plan that was active, while the new one is not yet."
    })
final class MigrationCommand extends AbstractCommand {
  @Parameters(index = "0", paramLabel = "pause|resume|rollback", description = "What to do.")
  private String action = "";

  @Parameters(index = "1", paramLabel = "NAME", description = "Deployment.")
  private String name = "";

  @Option(names = "--reason", paramLabel = "TEXT", description = "For the record.")
  private String reason = "";

  MigrationCommand(Console console) {
    super(console);
  }

  @Override
  int run(SchedulerConnection scheduler) {
    MigrationAction wanted = wanted();
    ControlMigrationResponse response =
        scheduler
            .deployments()
            .controlMigration(
                ControlMigrationRequest.newBuilder()
                    .setName(name)
                    .setAction(wanted)
                    .setReason(reason)
                    .setRequestId(RequestIds.next())
                    .build());
    console().print(isJson() ? Json.document(response) : text(wanted, response));
    return 0;
  }

  private MigrationAction wanted() {
    return switch (action.toLowerCase(Locale.ROOT)) {
      case "pause" -> MigrationAction.MIGRATION_ACTION_PAUSE;
      case "resume" -> MigrationAction.MIGRATION_ACTION_RESUME;
      case "rollback" -> MigrationAction.MIGRATION_ACTION_ROLLBACK;
      default ->
          throw CommandFailure.usage(
              "action is '" + action + "'\nMaybe one of pause, resume, rollback.");
    };
  }

  private String text(MigrationAction wanted, ControlMigrationResponse response) {
    return switch (wanted) {
      case MIGRATION_ACTION_PAUSE ->
          name + ": paused; ./hejin migration resume " + name + " goes on";
      case MIGRATION_ACTION_ROLLBACK ->
          name
              + ": goes back as epoch "
              + response.getEpoch()
              + "; automatic changes wait for ./hejin migration resume "
              + name;
      default -> name + ": goes on";
    };
  }
}
