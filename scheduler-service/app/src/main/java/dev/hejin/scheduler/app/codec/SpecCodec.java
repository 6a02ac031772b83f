package dev.hejin.scheduler.app.codec;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.hejin.proto.deployment.v1.DeploymentSpec;
import dev.hejin.proto.deployment.v1.ModelSource;
import dev.hejin.proto.deployment.v1.Objective;
import dev.hejin.proto.deployment.v1.RebalanceSettings;
import dev.hejin.scheduler.importer.ModelCatalog;
import dev.hejin.scheduler.importer.ModelImportException;
import dev.hejin.scheduler.importer.ModelImporter;
import dev.hejin.scheduler.lifecycle.ModelReference;
import dev.hejin.scheduler.lifecycle.ServiceMember;
import dev.hejin.scheduler.model.ExpertLoad;
import dev.hejin.scheduler.model.ModelSpec;
import dev.hejin.scheduler.model.Precision;
import dev.hejin.scheduler.model.Workload;
import dev.hejin.scheduler.planner.PlanOptions;
import dev.hejin.scheduler.policy.registry.Policies;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Deployment specifications. */
public final class SpecCodec {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int MOST_CONFIG_CHARACTERS = 1 << 20;
  private static final double GAIN_THRESHOLD = 0.97;

  private SpecCodec() {}

  /** What is wanted, checked; the model is imported. */
  public static dev.hejin.scheduler.lifecycle.DeploymentSpec fromProto(DeploymentSpec spec) {
    if (spec.hasMember()) {
      throw new InvalidMessageException(
          "spec.member",
          "names service '"
              + spec.getMember().getService()
              + "', which the scheduler alone does"
              + "\nMaybe leave it out, and ask for several pipelines.");
    }
    dev.hejin.scheduler.lifecycle.DeploymentSpec wanted = recorded(spec);
    try {
      Policies.byName(wanted.options().policy());
    } catch (IllegalArgumentException e) {
      throw new InvalidMessageException("spec.policy", String.valueOf(e.getMessage()));
    }
    return wanted;
  }

  /** A specification read back from the log, whose policy may be gone by now. */
  static dev.hejin.scheduler.lifecycle.DeploymentSpec recorded(DeploymentSpec spec) {
    return recorded(spec, null);
  }

  /**
   * A specification read back from the log.
   *
   * @param catalogued what the catalogue said when it was written; null for today's catalogue
   */
  static dev.hejin.scheduler.lifecycle.DeploymentSpec recorded(
      DeploymentSpec spec, ModelReference.@Nullable Catalogued catalogued) {
    ModelReference reference = reference(spec.getModel(), catalogued);
    ModelSpec model = model(reference);
    Workload workload =
        new Workload(
            tokens("spec.workload.batch_tokens", spec.getWorkload().getBatchTokens()),
            tokens("spec.workload.context_tokens", spec.getWorkload().getContextTokens()));
    RebalanceSettings rebalance = spec.getRebalance();
    ExpertLoad load = LoadCodec.fromProto("spec.expert_load", model, spec.getExpertLoad());
    double gain = rebalance.getGainThreshold() == 0 ? GAIN_THRESHOLD : rebalance.getGainThreshold();
    PlanOptions options = options(spec);
    ServiceMember member = spec.hasMember() ? member(spec.getMember()) : null;
    try {
      return new dev.hejin.scheduler.lifecycle.DeploymentSpec(
          spec.getName(),
          reference,
          model,
          workload,
          options,
          rebalance.getAutomatic(),
          gain,
          load,
          member);
    } catch (IllegalArgumentException e) {
      String field = gain > 0 && gain <= 1 ? "spec.name" : "spec.rebalance.gain_threshold";
      throw new InvalidMessageException(field, String.valueOf(e.getMessage()));
    }
  }

  private static ServiceMember member(dev.hejin.proto.deployment.v1.ServiceMember member) {
    try {
      return new ServiceMember(
          member.getService(), member.getPipeline(), member.getHomeDeviceIdsList());
    } catch (IllegalArgumentException e) {
      throw new InvalidMessageException("spec.member", String.valueOf(e.getMessage()));
    }
  }

  private static int tokens(String field, int value) {
    if (value < 1) {
      throw new InvalidMessageException(
          field,
          "is "
              + Integer.toUnsignedString(value)
              + "\nMaybe give a number from 1 to "
              + Integer.MAX_VALUE
              + ".");
    }
    return value;
  }

  private static PlanOptions options(DeploymentSpec spec) {
    Set<Precision> allowed = EnumSet.noneOf(Precision.class);
    for (int i = 0; i < spec.getAllowedPrecisionsCount(); i++) {
      allowed.add(
          PrecisionCodec.fromProto(
              "spec.allowed_precisions[" + i + "]", spec.getAllowedPrecisions(i)));
    }
    PlanOptions defaults = PlanOptions.DEFAULT;
    int headroom =
        spec.getHeadroomExperts() == 0 ? defaults.headroomExperts() : spec.getHeadroomExperts();
    try {
      return new PlanOptions(
          spec.getPolicy().isEmpty() ? defaults.policy() : spec.getPolicy(),
          objective(spec.getObjective()),
          allowed,
          spec.hasRedundantExpertShare()
              ? spec.getRedundantExpertShare()
              : defaults.redundantExpertShare(),
          headroom,
          false,
          spec.getSeed());
    } catch (IllegalArgumentException e) {
      throw new InvalidMessageException(
          headroom < 1 ? "spec.headroom_experts" : "spec.redundant_expert_share",
          String.valueOf(e.getMessage()));
    }
  }

  private static PlanOptions.Objective objective(Objective objective) {
    return switch (objective) {
      case OBJECTIVE_COST -> PlanOptions.Objective.COST;
      case OBJECTIVE_THROUGHPUT, OBJECTIVE_UNSPECIFIED -> PlanOptions.Objective.THROUGHPUT;
      case UNRECOGNIZED ->
          throw new InvalidMessageException(
              "spec.objective",
              "objective is not one of throughput and cost"
                  + "\nMaybe the sender speaks a newer protocol.");
    };
  }

  private static ModelReference reference(
      ModelSource source, ModelReference.@Nullable Catalogued catalogued) {
    return switch (source.getSourceCase()) {
      case CATALOG_NAME ->
          new ModelReference(
              source.getName().isEmpty() ? source.getCatalogName() : source.getName(),
              notEmpty("spec.model.catalog_name", source.getCatalogName()),
              "",
              catalogued == null ? catalogued(source.getCatalogName()) : catalogued);
      case CONFIG_JSON ->
          new ModelReference(
              source.getName().isEmpty() ? "unnamed" : source.getName(),
              "",
              notEmpty("spec.model.config_json", source.getConfigJson()));
      case SOURCE_NOT_SET ->
          throw new InvalidMessageException(
              "spec.model",
              "no model is named\nMaybe give catalog_name, one of "
                  + ModelCatalog.bundled().names());
    };
  }

  private static String notEmpty(String field, String value) {
    if (value.isBlank()) {
      throw new InvalidMessageException(field, "is empty\nMaybe the file was empty.");
    }
    if (value.length() > MOST_CONFIG_CHARACTERS) {
      throw new InvalidMessageException(
          field,
          "has "
              + value.length()
              + " characters; at most "
              + MOST_CONFIG_CHARACTERS
              + " are allowed\nMaybe this is not a config.json.");
    }
    return value;
  }

  private static ModelReference.Catalogued catalogued(String catalogName) {
    ModelCatalog catalog = ModelCatalog.bundled();
    try {
      return new ModelReference.Catalogued(
          catalog.model(catalogName).name(), JSON.writeValueAsString(catalog.config(catalogName)));
    } catch (IllegalArgumentException e) {
      throw new InvalidMessageException("spec.model.catalog_name", String.valueOf(e.getMessage()));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  private static ModelSpec model(ModelReference reference) {
    ModelReference.Catalogued catalogued = reference.catalogued();
    return catalogued == null
        ? model(reference.name(), reference.configJson())
        : model(catalogued.modelName(), catalogued.configJson());
  }

  private static ModelSpec model(String name, String configJson) {
    Map<String, Object> config;
    try {
      config = JSON.readValue(configJson, new TypeReference<>() {});
    } catch (JsonProcessingException e) {
      throw new InvalidMessageException(
          "spec.model.config_json",
          "is not a JSON object: "
              + e.getOriginalMessage()
              + (e.getLocation() == null
                  ? ""
                  : " (line "
                      + e.getLocation().getLineNr()
                      + ", column "
                      + e.getLocation().getColumnNr()
                      + ")")
              + "\nMaybe the file is truncated, or not a config.json.");
    }
    if (config == null) {
      throw new InvalidMessageException(
          "spec.model.config_json", "is null\nMaybe the file is not a config.json.");
    }
    try {
      return ModelImporter.fromConfig(name, config);
    } catch (ModelImportException e) {
      throw new InvalidMessageException(
          "spec.model.config_json." + e.field(), String.valueOf(e.getMessage()));
    } catch (IllegalArgumentException e) {
      throw new InvalidMessageException("spec.model.config_json", String.valueOf(e.getMessage()));
    }
  }

  /** The specification as it goes to callers and into the log. */
  public static DeploymentSpec toProto(dev.hejin.scheduler.lifecycle.DeploymentSpec spec) {
    ModelReference reference = spec.reference();
    ModelSource.Builder model = ModelSource.newBuilder().setName(reference.name());
    if (reference.catalogName().isEmpty()) {
      model.setConfigJson(reference.configJson());
    } else {
      model.setCatalogName(reference.catalogName());
    }
    DeploymentSpec.Builder builder =
        DeploymentSpec.newBuilder()
            .setName(spec.name())
            .setModel(model)
            .setWorkload(
                dev.hejin.proto.deployment.v1.Workload.newBuilder()
                    .setBatchTokens(spec.workload().batchTokens())
                    .setContextTokens(spec.workload().contextTokens()))
            .setObjective(
                spec.options().objective() == PlanOptions.Objective.COST
                    ? Objective.OBJECTIVE_COST
                    : Objective.OBJECTIVE_THROUGHPUT)
            .setPolicy(spec.options().policy())
            .setRedundantExpertShare(spec.options().redundantExpertShare())
            .setHeadroomExperts(spec.options().headroomExperts())
            .setRebalance(
                RebalanceSettings.newBuilder()
                    .setAutomatic(spec.automatic())
                    .setGainThreshold(spec.gainThreshold()))
            .setExpertLoad(LoadCodec.toProto(spec.expectedLoad()))
            .setSeed(spec.options().seed());
    spec.options()
        .allowedPrecisions()
        .forEach(precision -> builder.addAllowedPrecisions(PrecisionCodec.toProto(precision)));
    spec.membership()
        .ifPresent(
            member ->
                builder.setMember(
                    dev.hejin.proto.deployment.v1.ServiceMember.newBuilder()
                        .setService(member.service())
                        .setPipeline(member.pipeline())
                        .addAllHomeDeviceIds(member.homeDeviceIds())));
    return builder.build();
  }
}
