package dev.hejin.client;

import dev.hejin.proto.deployment.v1.Alternative;
import dev.hejin.proto.deployment.v1.Explanation;
import dev.hejin.proto.deployment.v1.Pipeline;
import dev.hejin.proto.deployment.v1.Plan;
import dev.hejin.proto.deployment.v1.PlanDeploymentResponse;
import dev.hejin.proto.deployment.v1.PlanServicesResponse;
import dev.hejin.proto.deployment.v1.PlannedService;
import dev.hejin.proto.deployment.v1.ServiceOutcome;
import dev.hejin.proto.deployment.v1.ServicePlan;
import dev.hejin.proto.deployment.v1.StageBinding;
import dev.hejin.proto.deployment.v1.StagePlacement;
import dev.hejin.proto.deployment.v1.Worth;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** A plan of one or several pipelines as text, and why it is as it is. */
final class ServiceText {
  private ServiceText() {}

  /**
   * All of an answer.
   *
   * @param types device id to type
   */
  static List<String> response(PlanDeploymentResponse response, Map<String, String> types) {
    List<String> lines = new ArrayList<>();
    if (response.hasPlan()) {
      lines.addAll(PlanText.response(response, types));
    } else {
      lines.addAll(several(response, types));
    }
    if (response.hasExplanation()) {
      lines.addAll(explanation(response.getExplanation()));
    }
    return lines;
  }

  private static List<String> several(PlanDeploymentResponse response, Map<String, String> types) {
    ServicePlan service = response.getService();
    List<String> lines = new ArrayList<>(PlanText.model(response.getModel()));
    lines.addAll(pipelines(service, types));
    lines.add("");
    lines.add(
        "planned in "
            + Units.seconds(response.getPlanningSeconds())
            + (service.getDeployable()
                ? "; ./hejin deploy with the same options deploys it"
                : "; " + why(service)));
    return lines;
  }

  private static String why(ServicePlan service) {
    String what = "roles apart";
    for (Pipeline pipeline : service.getPipelinesList()) {
      for (StagePlacement stage : pipeline.getPlan().getStagesList()) {
        what = stage.getTensorParallel() > 1 ? "tensor parallel stages" : what;
        what = stage.getCollectiveLibrary().contains(" + ") ? "stages on two libraries" : what;
        what = stage.getExpertDevices() > 0 ? "experts apart from attention" : what;
      }
    }
    return what + " can be planned, not deployed";
  }

  /** What each of several services gets of one pool. */
  static List<String> sharing(PlanServicesResponse response, Map<String, String> types) {
    List<String> lines = new ArrayList<>();
    for (PlannedService service : response.getServicesList()) {
      lines.add("service " + service.getName());
      lines.addAll(PlanText.model(service.getModel()));
      if (service.hasPlan()) {
        lines.addAll(pipelines(service.getPlan(), types));
      } else {
        lines.addAll(Wrap.text("no plan    ", "           ", service.getReason()));
      }
      lines.add("");
    }
    lines.add("planned in " + Units.seconds(response.getPlanningSeconds()) + "; changes nothing");
    return lines;
  }

  /** A service's pipelines and what they do together. */
  static List<String> pipelines(ServicePlan service, Map<String, String> types) {
    List<String> lines = new ArrayList<>();
    Map<String, List<Pipeline>> equal = new LinkedHashMap<>();
    for (Pipeline pipeline : service.getPipelinesList()) {
      String key = String.join("\n", PlanText.stages(pipeline.getPlan(), types).lines());
      equal.computeIfAbsent(key, k -> new ArrayList<>()).add(pipeline);
    }
    int number = 0;
    for (List<Pipeline> alike : equal.values()) {
      Pipeline first = alike.getFirst();
      Plan plan = first.getPlan();
      lines.add("");
      lines.add(
          (alike.size() == 1
                  ? "pipeline " + number
                  : "pipelines " + number + " to " + (number + alike.size() - 1) + ", each")
              + ": "
              + does(first));
      lines.addAll(PlanText.stages(plan, types).lines());
      number += alike.size();
    }
    lines.addAll(outcome(service));
    return lines;
  }

  private static String does(Pipeline pipeline) {
    int count = pipeline.getWorkload().getBatchTokens();
    String rate = Units.tokensPerSecond(pipeline.getPlan().getPrediction().getTokensPerSecond());
    String share = Units.percent(pipeline.getTrafficShare());
    return switch (pipeline.getRole()) {
      case PIPELINE_ROLE_PREFILL ->
          "reads prompts, "
              + count
              + " tokens of them in flight, "
              + rate
              + ", "
              + share
              + " of them";
      case PIPELINE_ROLE_DECODE ->
          "decodes " + count + " sequences, " + rate + ", " + share + " of the traffic";
      case PIPELINE_ROLE_UNSPECIFIED, UNRECOGNIZED ->
          count + " sequences, " + rate + ", " + share + " of the traffic";
    };
  }

  private static List<String> outcome(ServiceOutcome outcome) {
    List<String> lines = new ArrayList<>();
    if (outcome.hasFirstTokenSeconds()) {
      lines.add(
          "           "
              + Units.seconds(outcome.getFirstTokenSeconds())
              + " to the first token, in the mean");
    }
    if (outcome.hasJoulesPerToken()) {
      lines.add(
          String.format(
              Locale.ROOT,
              "energy     %.2f J a token by design power",
              outcome.getJoulesPerToken()));
    }
    if (!outcome.getObjective().equals("tokens/s")) {
      double value = outcome.getValue();
      lines.add(
          String.format(
              Locale.ROOT,
              "objective  %.4g %s; no plan needs less than %.4g; gap %s",
              value,
              outcome.getObjective(),
              outcome.getBound(),
              Units.percent(1 - outcome.getBound() / value)));
    }
    return lines;
  }

  /** What all pipelines together do, and what was refused or assumed. */
  private static List<String> outcome(ServicePlan service) {
    List<String> lines = new ArrayList<>();
    lines.add("");
    double bound = service.getBoundTokensPerSecond();
    lines.add(
        "predicted  "
            + Units.tokensPerSecond(service.getTokensPerSecond())
            + " over "
            + service.getPipelinesCount()
            + (service.getPipelinesCount() == 1 ? " pipeline, at most " : " pipelines, at most ")
            + Units.seconds(service.getStepSeconds())
            + " a token; a prediction, not a measurement");
    lines.add(
        "bound      "
            + Units.tokensPerSecond(bound)
            + " for any layout on these devices, by the same model; gap "
            + Units.percent(1 - service.getTokensPerSecond() / bound));
    lines.add(
        "cost       "
            + (service.hasCostPerMillionTokensUsd()
                ? String.format(
                    Locale.ROOT, "$%.3f for a million tokens", service.getCostPerMillionTokensUsd())
                : Units.UNKNOWN));
    lines.addAll(outcome(service.getOutcome()));
    service
        .getRefusalsList()
        .forEach(
            refusal ->
                lines.addAll(
                    Wrap.text(
                        "not taken  ",
                        "           ",
                        refusal.getSubject() + ": " + refusal.getReason())));
    service
        .getAssumptionsList()
        .forEach(text -> lines.addAll(Wrap.text("assumed    ", "           ", text)));
    return lines;
  }

  static List<String> explanation(Explanation explanation) {
    List<String> lines = new ArrayList<>();
    lines.add("");
    lines.add("what takes the time (shares that go with a resource; the rest is start-up)");
    Table stages =
        new Table(
            "PIPELINE",
            "STAGE",
            ">TIME",
            ">ARITHMETIC",
            ">MEMORY BANDWIDTH",
            ">LINKS",
            ">MEMORY USED",
            "BINDS");
    for (StageBinding stage : explanation.getStagesList()) {
      stages.row(
          String.valueOf(stage.getPipeline()),
          String.valueOf(stage.getStage()),
          Units.seconds(stage.getSeconds()),
          Units.percent(stage.getComputeShare()),
          Units.percent(stage.getMemoryBandwidthShare()),
          Units.percent(stage.getLinkShare()),
          Units.percent(stage.getMemoryUsed()),
          stage.getBinding());
    }
    lines.addAll(stages.lines());
    lines.add("");
    lines.add("what more would bring");
    Table worths = new Table("OF", "MORE", ">GAIN", "HOW FOUND");
    for (Worth worth : explanation.getWorthsList()) {
      worths.row(
          worth.getSubject(),
          worth.getResource(),
          Units.tokensPerSecond(worth.getTokensPerSecond()),
          worth.getMethod());
    }
    lines.addAll(worths.lines());
    if (explanation.getAlternativesCount() > 0) {
      lines.add("");
      lines.add("alternatives");
      Table others = new Table("PLAN", ">THROUGHPUT", ">COST A MILLION TOKENS");
      for (Alternative other : explanation.getAlternativesList()) {
        others.row(
            other.getDescription(),
            Units.tokensPerSecond(other.getTokensPerSecond()),
            other.hasCostPerMillionTokensUsd()
                ? String.format(Locale.ROOT, "$%.3f", other.getCostPerMillionTokensUsd())
                : Units.UNKNOWN);
      }
      lines.addAll(others.lines());
    }
    return lines;
  }
}
