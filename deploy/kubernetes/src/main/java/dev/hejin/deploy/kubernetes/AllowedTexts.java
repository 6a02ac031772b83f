package dev.hejin.deploy.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Fields of Kubernetes' kinds that take one of a few texts, as the API's reference lists them. Only
 * fields that the manifests use: {@code KubernetesTypes} does not know these lists.
 */
final class AllowedTexts {
  private static final Set<String> PROTOCOLS = Set.of("TCP", "UDP", "SCTP");
  private static final Set<String> SCHEDULABLE =
      Set.of("NoSchedule", "PreferNoSchedule", "NoExecute");

  private static final Map<String, Set<String>> ALLOWED =
      Map.ofEntries(
          Map.entry("V1ContainerPort.protocol", PROTOCOLS),
          Map.entry("V1DaemonSetUpdateStrategy.type", Set.of("RollingUpdate", "OnDelete")),
          Map.entry("V1DeploymentStrategy.type", Set.of("RollingUpdate", "Recreate")),
          Map.entry("V1EmptyDirVolumeSource.medium", Set.of("", "Memory")),
          Map.entry("V1HTTPGetAction.scheme", Set.of("HTTP", "HTTPS")),
          Map.entry(
              "V1HostPathVolumeSource.type",
              Set.of(
                  "",
                  "DirectoryOrCreate",
                  "Directory",
                  "FileOrCreate",
                  "File",
                  "Socket",
                  "CharDevice",
                  "BlockDevice")),
          Map.entry("V1NetworkPolicyPort.protocol", PROTOCOLS),
          Map.entry("V1NetworkPolicySpec.policyTypes", Set.of("Ingress", "Egress")),
          Map.entry(
              "V1NodeSelectorRequirement.operator",
              Set.of("In", "NotIn", "Exists", "DoesNotExist", "Gt", "Lt")),
          Map.entry("V1PodSpec.restartPolicy", Set.of("Always", "OnFailure", "Never")),
          Map.entry("V1RoleRef.kind", Set.of("Role", "ClusterRole")),
          Map.entry("V1SeccompProfile.type", Set.of("RuntimeDefault", "Localhost", "Unconfined")),
          Map.entry("V1ServicePort.protocol", PROTOCOLS),
          Map.entry("V1StatefulSetSpec.podManagementPolicy", Set.of("OrderedReady", "Parallel")),
          Map.entry("V1Toleration.effect", SCHEDULABLE),
          Map.entry("V1Toleration.operator", Set.of("Exists", "Equal")),
          Map.entry(
              "V1TopologySpreadConstraint.whenUnsatisfiable",
              Set.of("DoNotSchedule", "ScheduleAnyway")));

  private AllowedTexts() {}

  /** What is wrong with the value of a field of a type. */
  static Optional<String> fault(String type, String field, JsonNode value) {
    Set<String> allowed = ALLOWED.get(type + "." + field);
    if (allowed == null) {
      return Optional.empty();
    }
    for (JsonNode each : value.isArray() ? value : List.of(value)) {
      if (!allowed.contains(each.asText())) {
        return Optional.of(each + " is none of " + new TreeSet<>(allowed));
      }
    }
    return Optional.empty();
  }
}
