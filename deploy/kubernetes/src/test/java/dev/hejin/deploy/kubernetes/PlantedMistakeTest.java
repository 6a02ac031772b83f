package dev.hejin.deploy.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The checks find what somebody may get wrong: a check that finds nothing says nothing. */
@NeedsKubectl
class PlantedMistakeTest {
  private static final String SCHEDULER = "StatefulSet hejin/hejin-scheduler";
  private static final String POD = "/spec/template/spec";
  private static final String CONTAINER = POD + "/containers/0";

  private static List<JsonNode> production = List.of();

  @BeforeAll
  static void render() throws Exception {
    production = Rendering.of(Rendering.manifests().resolve("overlays/production"));
  }

  static Stream<Arguments> mistakesAgainstTypes() {
    return Stream.of(
        mistake(SCHEDULER, "/spec", o -> o.put("replica", 3), "has no field replica"),
        mistake(SCHEDULER, "/spec", o -> o.put("replicas", "3"), "is not a whole number"),
        mistake(SCHEDULER, "/spec", o -> o.remove("selector"), "selector is missing"),
        mistake(SCHEDULER, POD, o -> o.put("containers", "none"), "is not a list"),
        mistake(SCHEDULER, CONTAINER, o -> o.put("readonly", true), "has no field readonly"),
        mistake(
            SCHEDULER,
            CONTAINER + "/resources/limits",
            o -> o.put("memory", "2 GiB"),
            "is not a quantity"),
        mistake(
            SCHEDULER,
            POD + "/topologySpreadConstraints/0",
            o -> o.put("whenUnsatisfiable", "Never"),
            "is none of [DoNotSchedule, ScheduleAnyway]"),
        mistake(
            "NetworkPolicy hejin/deny-by-default",
            "/spec",
            o -> o.putArray("policyTypes").add("Ingres"),
            "is none of [Egress, Ingress]"),
        mistake(
            "NetworkPolicy hejin/deny-by-default",
            "",
            o -> o.put("apiVersion", "networking.k8s.io/v2"),
            "no such kind"),
        mistake(SCHEDULER, "", o -> o.put("apiVersion", "v1"), "no such kind as v1"),
        mistake(
            "Kafka hejin/hejin", "/spec/kafka", o -> o.put("replicas", 3), "Unrecognized field"),
        mistake(
            "KafkaTopic hejin/hejin.event", "/spec", o -> o.put("partitions", "one"), "partitions"),
        mistake(
            "KafkaUser hejin/hejin-agent",
            "/spec/authorization/acls/0",
            o -> o.put("operation", "Write"),
            "Unrecognized field"),
        mistake(
            "Certificate hejin/hejin-scheduler",
            "/spec",
            o -> o.put("dnsName", "x"),
            "Unrecognized field"),
        mistake(
            "ServiceMonitor hejin/hejin-scheduler",
            "/spec/endpoints/0",
            o -> o.put("uri", "/q/metrics"),
            "Unrecognized field"));
  }

  @ParameterizedTest
  @MethodSource("mistakesAgainstTypes")
  void shouldFindWhatKubernetesWouldNotTake(
      String object, String at, Consumer<ObjectNode> mistake, String told) throws Exception {
    // Given
    List<JsonNode> objects = planted(object, at, mistake);

    // When
    List<String> faults = ManifestTest.faults(objects, "1.34");

    // Then
    assertThat(faults).anySatisfy(fault -> assertThat(fault).contains(told));
  }

  static Stream<Arguments> mistakesAgainstPromises() {
    String security = CONTAINER + "/securityContext";
    return Stream.of(
        mistake(SCHEDULER, security, o -> o.put("privileged", true), "is privileged"),
        mistake(
            SCHEDULER, security, o -> o.put("readOnlyRootFilesystem", false), "root file system"),
        mistake(SCHEDULER, security, o -> o.remove("capabilities"), "has capabilities"),
        mistake(
            SCHEDULER, security, o -> o.remove("allowPrivilegeEscalation"), "may gain privileges"),
        mistake(SCHEDULER, POD + "/securityContext", o -> o.put("runAsUser", 0), "runs as root"),
        mistake(SCHEDULER, POD + "/securityContext", o -> o.remove("seccompProfile"), "no seccomp"),
        mistake(SCHEDULER, POD, o -> o.put("hostNetwork", true), "hostNetwork"),
        mistake(SCHEDULER, POD, o -> o.remove("automountServiceAccountToken"), "a token"),
        mistake(SCHEDULER, POD, o -> o.remove("enableServiceLinks"), "variables of services"),
        mistake(SCHEDULER, CONTAINER, o -> o.remove("resources"), "what it needs"),
        mistake(SCHEDULER, CONTAINER, o -> o.remove("livenessProbe"), "whether it lives"),
        mistake(SCHEDULER, CONTAINER, o -> o.put("image", "hejin/scheduler:latest"), "whatever"),
        mistake(
            SCHEDULER,
            POD,
            o -> o.putArray("volumes").addObject().putObject("hostPath").put("path", "/var"),
            "sees the node's /var"),
        mistake(
            "DaemonSet hejin-agents/hejin-agent-hygon",
            CONTAINER + "/volumeMounts/0",
            o -> o.put("name", "hyhal").remove("readOnly"),
            "may write to the node's"),
        mistake(
            "DaemonSet hejin-agents/hejin-agent-nvidia",
            CONTAINER + "/securityContext",
            o -> o.put("privileged", true),
            "is privileged"),
        mistake(
            "Namespace /hejin",
            "/metadata/labels",
            o -> o.put("pod-security.kubernetes.io/enforce", "privileged"),
            "restricted"),
        mistake(
            "NetworkPolicy hejin/deny-by-default",
            "/spec",
            o -> o.putArray("egress").addObject(),
            "denies by default"),
        mistake(
            "ClusterRole /hejin-agent",
            "/rules/0",
            o -> o.putArray("resources").add("secrets"),
            "reads secrets"),
        mistake(
            "ClusterRole /hejin-agent",
            "/rules/0",
            o -> o.putArray("verbs").add("delete"),
            "may delete"));
  }

  @ParameterizedTest
  @MethodSource("mistakesAgainstPromises")
  void shouldFindWhatBreaksAPromise(
      String object, String at, Consumer<ObjectNode> mistake, String told) {
    // Given
    List<JsonNode> objects = planted(object, at, mistake);

    // When
    List<String> broken = Promises.broken(objects);

    // Then
    assertThat(broken).anySatisfy(each -> assertThat(each).contains(told));
  }

  static Stream<Arguments> mistakesAgainstReferences() {
    return Stream.of(
        mistake(SCHEDULER, POD, o -> o.put("serviceAccountName", "x"), "no service account x"),
        mistake(SCHEDULER, CONTAINER + "/envFrom/0/configMapRef", o -> o.put("name", "x"), "map x"),
        mistake(SCHEDULER, CONTAINER + "/livenessProbe/httpGet", o -> o.put("port", "x"), "port x"),
        mistake(SCHEDULER, CONTAINER + "/volumeMounts/0", o -> o.put("name", "x"), "no volume x"),
        mistake(
            SCHEDULER,
            "/spec/template/metadata/labels",
            o -> o.put("app.kubernetes.io/name", "x"),
            "selects other pods"),
        mistake(
            "Service hejin/hejin-scheduler",
            "/spec/ports/0",
            o -> o.put("targetPort", "x"),
            "leads to port x"),
        mistake(
            "Certificate hejin/hejin-scheduler",
            "/spec",
            o -> o.put("secretName", "x"),
            "nobody makes the secret hejin-scheduler-tls"),
        mistake(
            "ServiceMonitor hejin/hejin-scheduler",
            "/spec/selector/matchLabels",
            o -> o.put("app.kubernetes.io/name", "x"),
            "selects no service"),
        mistake(
            "ServiceMonitor hejin/hejin-scheduler",
            "/spec/endpoints/0",
            o -> o.put("port", "x"),
            "asks port x"),
        mistake(
            "PodMonitor hejin-agents/hejin-agent",
            "/spec/selector/matchLabels",
            o -> o.put("app.kubernetes.io/name", "x"),
            "selects no pod"),
        mistake(
            "PodDisruptionBudget hejin/hejin-scheduler",
            "/spec/selector/matchLabels",
            o -> o.put("app.kubernetes.io/name", "x"),
            "selects no pod"));
  }

  @ParameterizedTest
  @MethodSource("mistakesAgainstReferences")
  void shouldFindWhatLeadsNowhere(
      String object, String at, Consumer<ObjectNode> mistake, String told) {
    // Given
    List<JsonNode> objects = planted(object, at, mistake);

    // When
    List<String> broken = References.broken(objects);

    // Then
    assertThat(broken).anySatisfy(each -> assertThat(each).contains(told));
  }

  private static Arguments mistake(
      String object, String at, Consumer<ObjectNode> mistake, String told) {
    return Arguments.of(object, at, mistake, told);
  }

  /** The overlay with one mistake in it. */
  private static List<JsonNode> planted(String name, String at, Consumer<ObjectNode> mistake) {
    List<JsonNode> objects = new ArrayList<>();
    boolean planted = false;
    for (JsonNode object : production) {
      JsonNode copy = object.deepCopy();
      if (Rendering.nameOf(object).equals(name)) {
        mistake.accept((ObjectNode) copy.at(at));
        planted = true;
      }
      objects.add(copy);
    }
    assertThat(planted).as("there is a %s", name).isTrue();
    return objects;
  }
}
