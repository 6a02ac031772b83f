package dev.hejin.client;

import dev.hejin.proto.deployment.v1.ServiceGoal;
import dev.hejin.proto.deployment.v1.ServiceObjective;
import dev.hejin.proto.deployment.v1.ServiceRoles;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What a plan of several pipelines is to be best at, and what it must keep. */
final class GoalOptions {
  @Option(
      names = "--goal",
      paramLabel = "throughput|cost|devices|energy",
      description = "What several pipelines make best; devices needs --demand.")
  private @Nullable String goal;

  @Option(
      names = "--demand",
      paramLabel = "TOKENS/S",
      description = "Decoded tokens a second that several pipelines must reach.")
  private @Nullable Double demand;

  @Option(
      names = "--tpot",
      paramLabel = "MS",
      description = "Limit of the time between two tokens of a sequence.")
  private @Nullable Double tokenMillis;

  @Option(
      names = "--ttft",
      paramLabel = "MS",
      description =
          "Limit of the time to the first token; needs --prompt-tokens and --output-tokens.")
  private @Nullable Double firstMillis;

  @Option(
      names = "--prompt-tokens",
      paramLabel = "TOKENS",
      description = "Mean length of a prompt; then prompts are planned for, not decoding alone.")
  private @Nullable Integer prompt;

  @Option(
      names = "--output-tokens",
      paramLabel = "TOKENS",
      description = "Mean length of an output.")
  private @Nullable Integer output;

  @Option(
      names = "--roles",
      paramLabel = "together|apart|best",
      description = "Whether pipelines of their own read prompts. Default: together.")
  private @Nullable String roles;

  /**
   * The goal: that of a file, with options over it.
   *
   * @param file empty where no file asks for several pipelines
   * @return empty when neither file nor option names one
   */
  Optional<ServiceGoal> goal(Optional<ServiceGoal> file) {
    ServiceGoal.Builder builder = file.orElse(ServiceGoal.getDefaultInstance()).toBuilder();
    if (goal != null) {
      builder.setObjective(objective(goal));
    }
    if (demand != null) {
      builder.setDemandTokensPerSecond(positive("--demand", demand));
    }
    if (tokenMillis != null) {
      builder.setMostTokenSeconds(positive("--tpot", tokenMillis) / 1000);
    }
    if (firstMillis != null) {
      builder.setMostFirstTokenSeconds(positive("--ttft", firstMillis) / 1000);
    }
    if ((prompt == null) != (output == null)) {
      throw CommandFailure.usage(
          (prompt == null ? "--output-tokens" : "--prompt-tokens")
              + " is given alone\nMaybe give --prompt-tokens and --output-tokens.");
    }
    if (prompt != null && output != null) {
      builder
          .setPromptTokens((int) positive("--prompt-tokens", prompt))
          .setOutputTokens((int) positive("--output-tokens", output));
    }
    if (roles != null) {
      builder.setRoles(roles(roles));
    }
    ServiceGoal built = builder.build();
    boolean none = file.isEmpty() && built.equals(ServiceGoal.getDefaultInstance());
    return none ? Optional.empty() : Optional.of(built);
  }

  private static double positive(String option, double value) {
    if (!(value > 0) || Double.isInfinite(value)) {
      throw CommandFailure.usage(option + " is " + value + "\nMaybe give a number above 0.");
    }
    return value;
  }

  private static ServiceObjective objective(String text) {
    return switch (text.strip().toLowerCase(Locale.ROOT)) {
      case "throughput" -> ServiceObjective.SERVICE_OBJECTIVE_THROUGHPUT;
      case "cost" -> ServiceObjective.SERVICE_OBJECTIVE_COST;
      case "devices" -> ServiceObjective.SERVICE_OBJECTIVE_DEVICES;
      case "energy" -> ServiceObjective.SERVICE_OBJECTIVE_ENERGY;
      default ->
          throw CommandFailure.usage(
              "--goal is '" + text + "'\nMaybe one of throughput, cost, devices, energy.");
    };
  }

  private static ServiceRoles roles(String text) {
    return switch (text.strip().toLowerCase(Locale.ROOT)) {
      case "together" -> ServiceRoles.SERVICE_ROLES_TOGETHER;
      case "apart" -> ServiceRoles.SERVICE_ROLES_APART;
      case "best" -> ServiceRoles.SERVICE_ROLES_BEST;
      default ->
          throw CommandFailure.usage(
              "--roles is '" + text + "'\nMaybe one of together, apart, best.");
    };
  }
}
