package dev.hejin.deploy.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

/** What one object says of another: names and labels that lead nowhere. */
final class References {
  private static final String POD_NAME = "statefulset.kubernetes.io/pod-name";
  private static final String PROBES = "livenessProbe,readinessProbe,startupProbe";

  private final List<JsonNode> objects;
  private final List<String> broken = new ArrayList<>();

  private References(List<JsonNode> objects) {
    this.objects = objects;
  }

  static List<String> broken(List<JsonNode> objects) {
    References references = new References(objects);
    for (JsonNode object : objects) {
      switch (object.path("kind").asText()) {
        case "StatefulSet", "Deployment", "DaemonSet", "Job" -> references.workload(object);
        case "Service" -> references.service(object);
        case "PodDisruptionBudget", "NetworkPolicy", "PodMonitor" -> references.selector(object);
        case "ServiceMonitor" -> references.monitor(object);
        default -> {}
      }
    }
    return references.broken;
  }

  private void fails(JsonNode object, String text) {
    broken.add(Rendering.nameOf(object) + ": " + text);
  }

  private void workload(JsonNode object) {
    JsonNode template = object.path("spec").path("template");
    JsonNode selector = object.path("spec").path("selector").path("matchLabels");
    if (!matches(selector, template.path("metadata").path("labels"))) {
      fails(object, "selects other pods than its own");
    }
    JsonNode pod = template.path("spec");
    String account = pod.path("serviceAccountName").asText("");
    if (!account.isEmpty() && !exists("ServiceAccount", object, account)) {
      fails(object, "no service account " + account);
    }
    Set<String> volumes = new HashSet<>();
    for (JsonNode volume : pod.path("volumes")) {
      volumes.add(volume.path("name").asText());
      secret(object, volume.path("secret").path("secretName").asText(""));
      for (JsonNode source : volume.path("projected").path("sources")) {
        configMap(object, source.path("configMap").path("name").asText(""));
        secret(object, source.path("secret").path("name").asText(""));
      }
      configMap(object, volume.path("configMap").path("name").asText(""));
    }
    for (JsonNode container : pod.path("containers")) {
      container(object, container, volumes);
    }
  }

  private void container(JsonNode object, JsonNode container, Set<String> volumes) {
    for (JsonNode mount : container.path("volumeMounts")) {
      if (!volumes.contains(mount.path("name").asText())) {
        fails(object, "no volume " + mount.path("name").asText());
      }
    }
    for (JsonNode source : container.path("envFrom")) {
      configMap(object, source.path("configMapRef").path("name").asText(""));
    }
    for (String probe : PROBES.split(",")) {
      JsonNode asked = container.path(probe);
      for (String kind : List.of("httpGet", "tcpSocket")) {
        JsonNode port = asked.path(kind).path("port");
        if (port.isTextual() && !hasPort(container, port.asText())) {
          fails(object, probe + " asks port " + port.asText() + ", which it has not");
        }
      }
    }
  }

  private void configMap(JsonNode object, String name) {
    if (!name.isEmpty() && !exists("ConfigMap", object, name)) {
      fails(object, "no config map " + name);
    }
  }

  /** Secrets come of certificates and of Strimzi's users and clusters. */
  private void secret(JsonNode object, String name) {
    if (name.isEmpty()) {
      return;
    }
    boolean made =
        objects.stream()
            .anyMatch(
                each ->
                    each.path("spec").path("secretName").asText().equals(name)
                            && isIn(each, namespaceOf(object))
                        || each.path("kind").asText().equals("KafkaUser")
                            && each.path("metadata").path("name").asText().equals(name)
                        || each.path("kind").asText().equals("Kafka")
                            && name.equals(
                                each.path("metadata").path("name").asText() + "-cluster-ca-cert"));
    if (!made) {
      fails(object, "nobody makes the secret " + name);
    }
  }

  private void service(JsonNode object) {
    JsonNode selector = object.path("spec").path("selector");
    List<JsonNode> pods =
        objects.stream()
            .filter(each -> isIn(each, namespaceOf(object)))
            .filter(each -> isServedBy(selector, each))
            .map(each -> each.path("spec").path("template"))
            .toList();
    if (pods.isEmpty()) {
      fails(object, "selects no pod");
    }
    for (JsonNode port : object.path("spec").path("ports")) {
      JsonNode target = port.path("targetPort");
      boolean found =
          pods.stream()
              .anyMatch(
                  pod -> hasPort(pod.path("spec").path("containers").path(0), target.asText()));
      if (target.isTextual() && !found) {
        fails(object, "leads to port " + target.asText() + ", which no pod has");
      }
    }
  }

  /** A StatefulSet's pods have their names as a label, which stands in no template. */
  private static boolean isServedBy(JsonNode selector, JsonNode workload) {
    String pod = selector.path(POD_NAME).asText("");
    JsonNode spec = workload.path("spec");
    if (pod.isEmpty()) {
      JsonNode labels = spec.path("template").path("metadata").path("labels");
      return labels.isObject() && matches(selector, labels);
    }
    int first = spec.path("ordinals").path("start").asInt(0);
    String set = workload.path("metadata").path("name").asText();
    return workload.path("kind").asText().equals("StatefulSet")
        && IntStream.range(first, first + spec.path("replicas").asInt(1))
            .anyMatch(number -> pod.equals(set + "-" + number));
  }

  private void selector(JsonNode object) {
    JsonNode spec = object.path("spec");
    JsonNode labels =
        (spec.has("podSelector") ? spec.path("podSelector") : spec.path("selector"))
            .path("matchLabels");
    // Kafka's pods are Strimzi's to make.
    if (labels.isEmpty() || labels.has("strimzi.io/cluster")) {
      return;
    }
    boolean found =
        objects.stream()
            .filter(each -> isIn(each, namespaceOf(object)))
            .map(each -> each.path("spec").path("template").path("metadata").path("labels"))
            .anyMatch(each -> each.isObject() && matches(labels, each));
    if (!found) {
      fails(object, "selects no pod");
    }
  }

  /** Labels of services, and the names of their ports. */
  private void monitor(JsonNode object) {
    JsonNode labels = object.path("spec").path("selector").path("matchLabels");
    List<JsonNode> services =
        objects.stream()
            .filter(each -> each.path("kind").asText().equals("Service"))
            .filter(each -> isIn(each, namespaceOf(object)))
            .filter(each -> matches(labels, each.path("metadata").path("labels")))
            .toList();
    if (services.isEmpty()) {
      fails(object, "selects no service");
    }
    for (JsonNode endpoint : object.path("spec").path("endpoints")) {
      String port = endpoint.path("port").asText();
      if (services.stream().noneMatch(each -> hasPort(each.path("spec"), port))) {
        fails(object, "asks port " + port + ", which no service has");
      }
    }
  }

  private boolean exists(String kind, JsonNode beside, String name) {
    return objects.stream()
        .anyMatch(
            each ->
                each.path("kind").asText().equals(kind)
                    && each.path("metadata").path("name").asText().equals(name)
                    && isIn(each, namespaceOf(beside)));
  }

  private static String namespaceOf(JsonNode object) {
    return object.path("metadata").path("namespace").asText("");
  }

  private static boolean isIn(JsonNode object, String namespace) {
    return namespaceOf(object).equals(namespace);
  }

  private static boolean hasPort(JsonNode owner, String name) {
    for (JsonNode port : owner.path("ports")) {
      if (port.path("name").asText().equals(name)) {
        return true;
      }
    }
    return false;
  }

  private static boolean matches(JsonNode selector, JsonNode labels) {
    return selector.properties().stream()
        .allMatch(each -> each.getValue().equals(labels.path(each.getKey())));
  }
}
