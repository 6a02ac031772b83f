package dev.hejin.deploy.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * What the manifests promise about security and that Kubernetes' types cannot say. Agents of
 * vendors that are listed here may be privileged; nothing else may.
 */
final class Promises {
  private static final Set<String> PRIVILEGED =
      Set.of(
          "amd",
          "biren",
          "cambricon",
          "denglin",
          "enflame",
          "hygon",
          "iluvatar",
          "kunlunxin",
          "metax",
          "thead");
  private static final Set<String> READING = Set.of("get", "list", "watch");

  private final List<String> broken = new ArrayList<>();

  private Promises() {}

  /** Promises that these objects do not keep. */
  static List<String> broken(List<JsonNode> objects) {
    Promises promises = new Promises();
    for (JsonNode object : objects) {
      JsonNode pod = object.path("spec").path("template").path("spec");
      switch (object.path("kind").asText()) {
        case "StatefulSet", "Deployment", "DaemonSet", "Job" -> promises.pod(object, pod);
        case "ClusterRole", "Role" -> promises.role(object);
        case "Secret" -> promises.fails(object, "a secret stands in the manifests");
        case "Namespace" -> promises.namespace(object, objects);
        default -> {}
      }
    }
    return promises.broken;
  }

  private void fails(JsonNode object, String text) {
    broken.add(Rendering.nameOf(object) + ": " + text);
  }

  private void namespace(JsonNode object, List<JsonNode> objects) {
    String name = object.path("metadata").path("name").asText();
    String level =
        object.path("metadata").path("labels").path("pod-security.kubernetes.io/enforce").asText();
    if (level.isEmpty() || (level.equals("privileged") && !name.equals("hejin-agents"))) {
      fails(object, "pods are not held to the restricted standard");
    }
    boolean encrypted = objects.stream().anyMatch(each -> isKind(each, "Certificate"));
    if (encrypted && objects.stream().noneMatch(each -> deniesAll(each, name))) {
      fails(object, "no network policy denies by default");
    }
  }

  private static boolean isKind(JsonNode object, String kind) {
    return object.path("kind").asText().equals(kind);
  }

  private static boolean deniesAll(JsonNode object, String namespace) {
    JsonNode spec = object.path("spec");
    return isKind(object, "NetworkPolicy")
        && object.path("metadata").path("namespace").asText().equals(namespace)
        && spec.path("podSelector").isEmpty()
        && spec.path("policyTypes").size() == 2
        && !spec.has("ingress")
        && !spec.has("egress");
  }

  private void role(JsonNode object) {
    for (JsonNode rule : object.path("rules")) {
      rule.path("verbs")
          .forEach(
              verb -> {
                if (!READING.contains(verb.asText())) {
                  fails(object, "may " + verb.asText() + " " + rule.path("resources"));
                }
              });
      for (String part : List.of("resources", "apiGroups")) {
        for (JsonNode each : rule.path(part)) {
          if (each.asText().equals("*") || each.asText().equals("secrets")) {
            fails(object, "reads " + each.asText());
          }
        }
      }
    }
  }

  private void pod(JsonNode object, JsonNode pod) {
    String vendor = object.path("metadata").path("labels").path("hejin.dev/vendor").asText();
    boolean privileged = PRIVILEGED.contains(vendor);
    JsonNode security = pod.path("securityContext");
    if (!privileged
        && (!isTrue(security, "runAsNonRoot") || security.path("runAsUser").asInt() == 0)) {
      fails(object, "runs as root");
    }
    if (!security.path("seccompProfile").path("type").asText().equals("RuntimeDefault")) {
      fails(object, "has no seccomp profile");
    }
    for (String shared : List.of("hostNetwork", "hostPID", "hostIPC")) {
      if (pod.path(shared).asBoolean()) {
        fails(object, "shares the node's " + shared);
      }
    }
    boolean agent = isAgent(object);
    if (!agent && !pod.path("automountServiceAccountToken").isBoolean()
        || pod.path("automountServiceAccountToken").asBoolean() && !agent) {
      fails(object, "is given a token of its service account");
    }
    if (pod.path("enableServiceLinks").asBoolean(true)) {
      fails(object, "is given variables of services, which are named as settings are");
    }
    volumes(object, pod, privileged);
    for (String containers : List.of("initContainers", "containers")) {
      pod.path(containers).forEach(each -> container(object, each, privileged));
    }
  }

  private void volumes(JsonNode object, JsonNode pod, boolean privileged) {
    for (JsonNode volume : pod.path("volumes")) {
      String path = volume.path("hostPath").path("path").asText("");
      if (!path.isEmpty() && (!privileged || path.equals("/") || path.equals("/dev"))) {
        fails(object, "sees the node's " + path);
      }
    }
    for (JsonNode container : pod.path("containers")) {
      for (JsonNode mount : container.path("volumeMounts")) {
        boolean fromNode = named(pod.path("volumes"), mount.path("name").asText()).has("hostPath");
        if (fromNode && !isTrue(mount, "readOnly")) {
          fails(object, "may write to the node's " + mount.path("mountPath").asText());
        }
      }
    }
  }

  private static JsonNode named(JsonNode list, String name) {
    for (JsonNode each : list) {
      if (each.path("name").asText().equals(name)) {
        return each;
      }
    }
    return MissingNode.getInstance();
  }

  private void container(JsonNode object, JsonNode container, boolean privileged) {
    String name = container.path("name").asText();
    JsonNode security = container.path("securityContext");
    boolean kafka = name.equals("kafka");
    if (!kafka && !isTrue(security, "readOnlyRootFilesystem")) {
      fails(object, name + " may write to its root file system");
    }
    if (isTrue(security, "privileged") != privileged) {
      fails(object, name + (privileged ? " is listed as privileged and is not" : " is privileged"));
    }
    if (!privileged) {
      if (security.path("allowPrivilegeEscalation").asBoolean(true)) {
        fails(object, name + " may gain privileges");
      }
      if (!security.path("capabilities").path("drop").path(0).asText().equals("ALL")
          || security.path("capabilities").has("add")) {
        fails(object, name + " has capabilities");
      }
    }
    JsonNode resources = container.path("resources");
    if (!resources.path("requests").has("memory")
        || !resources.path("requests").has("cpu")
        || !resources.path("limits").has("memory")) {
      fails(object, name + " does not say what it needs");
    }
    if (container.path("image").asText().endsWith(":latest")
        || !container.path("image").asText().contains(":") && !isAgent(object)) {
      fails(object, name + " runs whatever image there is");
    }
    if (!container.has("livenessProbe") && !kafka && !isKind(object, "Job")) {
      fails(object, name + " is never asked whether it lives");
    }
  }

  private static boolean isAgent(JsonNode object) {
    return object.path("metadata").path("labels").has("hejin.dev/vendor");
  }

  private static boolean isTrue(JsonNode object, String field) {
    return object.path(field).asBoolean(false);
  }
}
