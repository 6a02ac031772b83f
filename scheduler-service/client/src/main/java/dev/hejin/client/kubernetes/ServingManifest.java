package dev.hejin.client.kubernetes;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.hejin.client.planfile.BadFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/**
 * SGLang on several nodes, a pod a node: one StatefulSet for each group of like nodes, whose pods
 * are numbered on from group to group. A pod's number is its rank, so that rank r takes the plan's
 * devices from r times the devices of a node on.
 *
 * <p>Not a LeaderWorkerSet: all workers of one are alike, so that ranks cannot be told which group
 * of nodes they stand on.
 */
public final class ServingManifest {
  private static final YAMLMapper YAML =
      YAMLMapper.builder()
          .enable(YAMLGenerator.Feature.MINIMIZE_QUOTES)
          .enable(YAMLGenerator.Feature.ALWAYS_QUOTE_NUMBERS_AS_STRINGS)
          .disable(YAMLGenerator.Feature.SPLIT_LINES)
          .build();

  private static final int MOST_MAP_BYTES = 1_000_000;
  private static final int HTTP_PORT = 30_000;
  private static final int RANKS_PORT = 20_000;
  private static final String MAP_FILE = "experts.json";
  private static final String MAP_FOLDER = "/etc/hejin";

  private final ServingOptions options;
  private final List<NodeGroup> groups;
  private final List<String> engineArguments;
  private final String name;
  private final String mapName;
  private final String map;

  /**
   * @param file for messages
   * @param map the engine's expert map
   * @param ranks devices of the plan
   * @param engineArguments what the plan asks of the engine; FILE stands for the map
   */
  public ServingManifest(
      Path file, ServingOptions options, String map, int ranks, List<String> engineArguments) {
    this.options = requireNonNull(options, "options");
    this.map = requireNonNull(map, "map");
    this.groups = options.groups(ranks);
    this.engineArguments = List.copyOf(engineArguments);
    this.name = options.name();
    byte[] bytes = map.getBytes(StandardCharsets.UTF_8);
    if (bytes.length > MOST_MAP_BYTES) {
      throw BadFile.whole(
          file,
          bytes.length + " bytes of expert map are more than a ConfigMap holds",
          "export the file and mount it from a volume");
    }
    this.mapName = name + "-experts-" + digest(bytes);
  }

  /** The groups in the order of their ranks. */
  public List<NodeGroup> groups() {
    return groups;
  }

  /** Nodes of all groups. */
  public int nodes() {
    return groups.stream().mapToInt(NodeGroup::nodes).sum();
  }

  /** All objects, as YAML. */
  public String text() {
    List<ObjectNode> objects = new ArrayList<>();
    objects.add(experts());
    objects.add(service(name + "-ranks"));
    objects.add(service(name));
    int first = 0;
    for (int g = 0; g < groups.size(); g++) {
      objects.add(ranks(g, first));
      first += groups.get(g).nodes();
    }
    StringBuilder text =
        new StringBuilder(
            """
            # Made by ./hejin export --form kubernetes. A pod's number is its rank; ranks and nodes go
            # together as the plan wants it, so edit the plan rather than this file.
            """);
    try {
      for (ObjectNode object : objects) {
        text.append(YAML.writeValueAsString(object));
      }
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("objects of texts and numbers can be written", e);
    }
    return text.toString();
  }

  private ObjectNode object(String apiVersion, String kind, String objectName) {
    ObjectNode object = YAML.createObjectNode();
    object.put("apiVersion", apiVersion).put("kind", kind);
    ObjectNode metadata = object.putObject("metadata");
    metadata.put("name", objectName).put("namespace", options.namespace());
    labels(metadata.putObject("labels"));
    return object;
  }

  private void labels(ObjectNode labels) {
    labels.put("app.kubernetes.io/name", name).put("app.kubernetes.io/managed-by", "hejin");
    // By this an agent knows that the devices serve a plan of Hejin's.
    labels.put("hejin.dev/serves", name);
  }

  /** A new map has a new name, so that a changed plan is rolled out and never half read. */
  private ObjectNode experts() {
    ObjectNode object = object("v1", "ConfigMap", mapName);
    object.put("immutable", true);
    object.putObject("data").put(MAP_FILE, map);
    return object;
  }

  private ObjectNode service(String serviceName) {
    boolean ofRanks = !serviceName.equals(name);
    ObjectNode object = object("v1", "Service", serviceName);
    ObjectNode spec = object.putObject("spec");
    ObjectNode selector = spec.putObject("selector");
    if (ofRanks) {
      // Ranks find each other before they are ready.
      spec.put("clusterIP", "None").put("publishNotReadyAddresses", true);
      selector.put("app.kubernetes.io/name", name);
    } else {
      selector.put("statefulset.kubernetes.io/pod-name", setName(0) + "-0");
    }
    spec.putArray("ports")
        .addObject()
        .put("name", "http")
        .put("port", HTTP_PORT)
        .put("targetPort", "http");
    return object;
  }

  private String setName(int group) {
    return name + "-group-" + group;
  }

  private ObjectNode ranks(int group, int first) {
    NodeGroup nodes = groups.get(group);
    ObjectNode object = object("apps/v1", "StatefulSet", setName(group));
    ObjectNode spec = object.putObject("spec");
    spec.put("serviceName", name + "-ranks").put("replicas", nodes.nodes());
    // All must be there before one of them is ready.
    spec.put("podManagementPolicy", "Parallel");
    spec.putObject("ordinals").put("start", first);
    ObjectNode own = spec.putObject("selector").putObject("matchLabels");
    own.put("app.kubernetes.io/name", name).put("hejin.dev/group", Integer.toString(group));
    ObjectNode template = spec.putObject("template");
    ObjectNode labels = template.putObject("metadata").putObject("labels");
    labels(labels);
    labels.put("hejin.dev/group", Integer.toString(group));
    ObjectNode pod = template.putObject("spec");
    pod.put("automountServiceAccountToken", false).put("enableServiceLinks", false);
    pod.putObject("securityContext").putObject("seccompProfile").put("type", "RuntimeDefault");
    placed(pod, nodes);
    container(pod.putArray("containers").addObject(), nodes);
    volumes(pod.putArray("volumes"));
    return object;
  }

  /** On nodes of the group and none else, each pod on one of its own. */
  private void placed(ObjectNode pod, NodeGroup nodes) {
    ObjectNode affinity = pod.putObject("affinity");
    ObjectNode wanted =
        affinity
            .putObject("nodeAffinity")
            .putObject("requiredDuringSchedulingIgnoredDuringExecution")
            .putArray("nodeSelectorTerms")
            .addObject()
            .putArray("matchExpressions")
            .addObject();
    wanted.put("key", nodes.label()).put("operator", "In").putArray("values").add(nodes.value());
    ObjectNode apart =
        affinity
            .putObject("podAntiAffinity")
            .putArray("requiredDuringSchedulingIgnoredDuringExecution")
            .addObject();
    apart.put("topologyKey", "kubernetes.io/hostname");
    apart.putObject("labelSelector").putObject("matchLabels").put("app.kubernetes.io/name", name);
    pod.putArray("tolerations").addObject().put("key", nodes.resource()).put("operator", "Exists");
  }

  private void container(ObjectNode container, NodeGroup nodes) {
    container.put("name", "engine").put("image", options.image());
    container.putArray("command").add("python3").add("-m").add("sglang.launch_server");
    arguments(container.putArray("args"));
    ObjectNode rank = container.putArray("env").addObject().put("name", "RANK_OF_NODE");
    rank.putObject("valueFrom")
        .putObject("fieldRef")
        .put("fieldPath", "metadata.labels['apps.kubernetes.io/pod-index']");
    container.putArray("ports").addObject().put("name", "http").put("containerPort", HTTP_PORT);
    // Ranks other than the first answer too; weights take their time.
    probe(container.putObject("startupProbe"), 10, 360);
    probe(container.putObject("readinessProbe"), 10, 3);
    probe(container.putObject("livenessProbe"), 30, 10);
    container
        .putObject("resources")
        .putObject("limits")
        .put(nodes.resource(), options.devicesPerNode());
    ObjectNode security = container.putObject("securityContext");
    security.put("allowPrivilegeEscalation", false);
    security.putObject("capabilities").putArray("drop").add("ALL");
    ArrayNode mounts = container.putArray("volumeMounts");
    mounts.addObject().put("name", "experts").put("mountPath", MAP_FOLDER).put("readOnly", true);
    mounts.addObject().put("name", "models").put("mountPath", "/models").put("readOnly", true);
    mounts.addObject().put("name", "memory").put("mountPath", "/dev/shm");
  }

  private void arguments(ArrayNode arguments) {
    int ranks = nodes() * options.devicesPerNode();
    String first =
        "%s-0.%s-ranks.%s.svc:%d".formatted(setName(0), name, options.namespace(), RANKS_PORT);
    for (String argument :
        List.of(
            "--model-path=" + options.modelPath(),
            "--host=0.0.0.0",
            "--port=" + HTTP_PORT,
            "--nnodes=" + nodes(),
            "--node-rank=$(RANK_OF_NODE)",
            "--dist-init-addr=" + first,
            "--tp-size=" + ranks,
            "--dp-size=" + ranks,
            "--enable-dp-attention",
            "--moe-a2a-backend=deepep")) {
      arguments.add(argument);
    }
    engineArguments.forEach(
        each -> arguments.add(each.replace("FILE", MAP_FOLDER + "/" + MAP_FILE)));
    options.engineArguments().forEach(arguments::add);
  }

  private static void probe(ObjectNode probe, int period, int failures) {
    probe.putObject("httpGet").put("path", "/health").put("port", "http");
    probe.put("periodSeconds", period).put("timeoutSeconds", 5).put("failureThreshold", failures);
  }

  private void volumes(ArrayNode volumes) {
    volumes.addObject().put("name", "experts").putObject("configMap").put("name", mapName);
    volumes
        .addObject()
        .put("name", "models")
        .putObject("persistentVolumeClaim")
        .put("claimName", options.modelClaim())
        .put("readOnly", true);
    volumes.addObject().put("name", "memory").putObject("emptyDir").put("medium", "Memory");
  }

  private static String digest(byte[] bytes) {
    try {
      byte[] sum = MessageDigest.getInstance("SHA-256").digest(bytes);
      return HexFormat.of().formatHex(sum, 0, 5);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("each Java has SHA-256", e);
    }
  }
}
