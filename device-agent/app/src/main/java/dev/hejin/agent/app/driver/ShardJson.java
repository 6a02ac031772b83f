package dev.hejin.agent.app.driver;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.hejin.agent.model.Directive;
import dev.hejin.agent.model.HeldState;
import dev.hejin.agent.model.LayerRoute;
import dev.hejin.agent.model.Precision;
import dev.hejin.agent.model.ServingShape;
import dev.hejin.agent.model.Shard;
import dev.hejin.agent.model.ShardKey;
import dev.hejin.agent.model.ShardKind;
import dev.hejin.agent.reconcile.KeptState;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Orders and states as JSON, for engines and for the agent's own restart. */
final class ShardJson {
  /** Name and version of the form; a reader refuses others. */
  static final String FORMAT = "hejin.expert-map/1";

  private static final ObjectMapper MAPPER = new ObjectMapper();

  private ShardJson() {}

  /** An order for a command: what to do, with which shards or routes. */
  static String order(Directive order) {
    ObjectNode node = MAPPER.createObjectNode();
    node.put("format", FORMAT)
        .put("directiveId", order.directiveId())
        .put("epoch", order.epoch())
        .put("deploymentId", order.deploymentId())
        .put("deviceId", order.deviceId());
    switch (order.action()) {
      case Directive.Load load -> {
        node.put("action", "load");
        shards(node.putArray("shards"), load.shards());
      }
      case Directive.Release release -> {
        node.put("action", "release");
        ArrayNode keys = node.putArray("shards");
        release.shards().forEach(key -> key(keys.addObject(), key));
      }
      case Directive.Activate activate -> {
        node.put("action", "activate");
        routes(node.putArray("routes"), activate.routes());
        if (activate.shape() != null) {
          node.set("shape", shape(activate.shape()));
        }
      }
    }
    return text(node);
  }

  /** The question what the engine holds on a device. */
  static String list(String deviceId) {
    ObjectNode node = MAPPER.createObjectNode();
    return text(node.put("format", FORMAT).put("action", "list").put("deviceId", deviceId));
  }

  /** What a device holds. */
  static String state(String deviceId, List<KeptState> states) {
    ObjectNode node = MAPPER.createObjectNode();
    node.put("format", FORMAT).put("deviceId", deviceId);
    ArrayNode deployments = node.putArray("deployments");
    for (KeptState state : states) {
      ObjectNode each = deployments.addObject();
      each.put("deploymentId", state.held().deploymentId()).put("epoch", state.held().epoch());
      shards(each.putArray("shards"), state.held().shards());
      routes(each.putArray("routes"), state.held().routes());
      if (state.shape() != null) {
        each.set("shape", shape(state.shape()));
      }
    }
    return text(node);
  }

  /**
   * Reads a state.
   *
   * @param from where the text is from, for the message
   * @throws IllegalArgumentException naming what cannot be understood
   */
  static List<KeptState> states(String text, String deviceId, String from) {
    try {
      JsonNode root = MAPPER.readTree(text);
      if (root == null || !root.path("format").asText("").equals(FORMAT)) {
        throw new IllegalArgumentException(
            "format is "
                + (root == null ? "missing" : root.path("format").asText("missing"))
                + "\nMaybe it must be "
                + FORMAT);
      }
      List<KeptState> states = new ArrayList<>();
      for (JsonNode each : root.path("deployments")) {
        states.add(state(each, deviceId));
      }
      return states;
    } catch (JacksonException e) {
      throw new IllegalArgumentException(
          from + " is no whole JSON: " + e.getOriginalMessage() + "\nMaybe it was cut short", e);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(from + ": " + e.getMessage(), e);
    }
  }

  private static KeptState state(JsonNode node, String deviceId) {
    List<Shard> shards = new ArrayList<>();
    for (JsonNode each : node.path("shards")) {
      shards.add(new Shard(key(each), each.path("sizeBytes").asLong(-1)));
    }
    List<LayerRoute> routes = new ArrayList<>();
    for (JsonNode each : node.path("routes")) {
      List<Integer> experts = new ArrayList<>();
      each.path("experts").forEach(expert -> experts.add(expert.asInt(-1)));
      List<Double> shares = new ArrayList<>();
      each.path("expertShares").forEach(share -> shares.add(share.asDouble(-1)));
      routes.add(
          new LayerRoute(
              each.path("layer").asInt(-1), each.path("tokenShare").asDouble(-1), experts, shares));
    }
    String deployment = node.path("deploymentId").asText("");
    if (deployment.isEmpty()) {
      throw new IllegalArgumentException("deploymentId is missing\nMaybe an older form");
    }
    return new KeptState(
        new HeldState(deviceId, deployment, shards, routes, node.path("epoch").asLong(0)),
        node.has("shape") ? shape(node.path("shape")) : null);
  }

  private static void shards(ArrayNode array, List<Shard> shards) {
    for (Shard shard : shards) {
      key(array.addObject(), shard.key()).put("sizeBytes", shard.sizeBytes());
    }
  }

  private static ObjectNode key(ObjectNode node, ShardKey key) {
    node.put("kind", key.kind().name());
    if (key.layer() != ShardKey.NONE) {
      node.put("layer", key.layer());
    }
    if (key.expert() != ShardKey.NONE) {
      node.put("expert", key.expert());
    }
    return node.put("precision", key.precision().name());
  }

  private static ShardKey key(JsonNode node) {
    return new ShardKey(
        named(ShardKind.class, "kind", node),
        node.path("layer").asInt(ShardKey.NONE),
        node.path("expert").asInt(ShardKey.NONE),
        named(Precision.class, "precision", node));
  }

  private static <E extends Enum<E>> E named(Class<E> type, String field, JsonNode node) {
    String name = node.path(field).asText("");
    for (E each : type.getEnumConstants()) {
      if (each.name().equals(name.toUpperCase(Locale.ROOT))) {
        return each;
      }
    }
    throw new IllegalArgumentException(
        "%s is \"%s\"\nMaybe one of %s".formatted(field, name, List.of(type.getEnumConstants())));
  }

  private static void routes(ArrayNode array, List<LayerRoute> routes) {
    for (LayerRoute route : routes) {
      ObjectNode node = array.addObject();
      node.put("layer", route.layer()).put("tokenShare", route.tokenShare());
      ArrayNode experts = node.putArray("experts");
      route.experts().forEach(experts::add);
      ArrayNode shares = node.putArray("expertShares");
      route.expertShares().forEach(shares::add);
    }
  }

  private static ObjectNode shape(ServingShape shape) {
    ObjectNode node = MAPPER.createObjectNode();
    node.put("microbatchTokens", shape.microbatchTokens())
        .put("contextTokens", shape.contextTokens())
        .put("hiddenSize", shape.hiddenSize())
        .put("expertsPerToken", shape.expertsPerToken())
        .put("routedExperts", shape.routedExperts())
        .put("kvBytesPerTokenLayer", shape.kvBytesPerTokenLayer())
        .put("attentionFlopsPerContextToken", shape.attentionFlopsPerContextToken())
        .put("kvCacheBytes", shape.kvCacheBytes())
        .put("expertParameters", shape.expertParameters())
        .put("precision", shape.precision().name())
        .put("expertPrecision", shape.expertPrecision().name())
        .put("attentionWindowTokens", shape.attentionWindowTokens());
    ArrayNode parameters = node.putArray("layerParameters");
    shape.layerParameters().forEach(parameters::add);
    return node;
  }

  private static @Nullable ServingShape shape(JsonNode node) {
    List<Long> parameters = new ArrayList<>();
    node.path("layerParameters").forEach(each -> parameters.add(each.asLong()));
    return new ServingShape(
        node.path("microbatchTokens").asInt(0),
        node.path("contextTokens").asInt(0),
        node.path("hiddenSize").asInt(0),
        node.path("expertsPerToken").asInt(0),
        node.path("routedExperts").asInt(0),
        node.path("kvBytesPerTokenLayer").asDouble(0),
        node.path("attentionFlopsPerContextToken").asDouble(0),
        node.path("kvCacheBytes").asLong(0),
        node.path("expertParameters").asLong(0),
        named(Precision.class, "precision", node),
        named(Precision.class, "expertPrecision", node),
        parameters,
        node.path("attentionWindowTokens").asInt(0));
  }

  private static String text(ObjectNode node) {
    try {
      return MAPPER.writeValueAsString(node);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
