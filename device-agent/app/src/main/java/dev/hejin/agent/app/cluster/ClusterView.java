package dev.hejin.agent.app.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.hejin.agent.probe.Inventory;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jboss.logging.Logger;

/**
 * What the cluster says of this node's devices, asked anew whenever the probes are. Where it does
 * not answer, what was known last stays; before the first answer nothing is held by others, for an
 * agent that starts while the API server is away must not take devices from those they serve.
 */
public final class ClusterView {
  private static final Logger LOG = Logger.getLogger(ClusterView.class);
  private static final Path ACCOUNT = Path.of("/var/run/secrets/kubernetes.io/serviceaccount");

  private final KubernetesApi api;
  private final String node;
  private Allocations allocations = Allocations.NONE;
  private boolean answers = true;

  ClusterView(KubernetesApi api, String node) {
    this.api = api;
    this.node = node;
  }

  /**
   * The cluster that this process runs in; empty outside one, and where the pod has no token.
   *
   * @param node name of the node
   * @param environment variables
   */
  public static Optional<ClusterView> here(String node, Map<String, String> environment) {
    String host = environment.getOrDefault("KUBERNETES_SERVICE_HOST", "");
    if (host.isEmpty() || !Files.isReadable(ACCOUNT.resolve("token"))) {
      return Optional.empty();
    }
    String port = environment.getOrDefault("KUBERNETES_SERVICE_PORT", "443");
    String name = host.contains(":") ? "[" + host + "]" : host;
    URI server = URI.create("https://" + name + ":" + port);
    return Optional.of(new ClusterView(new KubernetesApi(server, ACCOUNT), node));
  }

  /**
   * What probes told, in which what others hold has failed for that reason.
   *
   * @param told by the probes just now
   * @param known what the probes told when they were asked for all they know
   */
  public synchronized List<Inventory> applied(List<Inventory> told, List<Inventory> known) {
    try {
      allocations = ask();
      if (!answers) {
        LOG.info("Kubernetes answers again who holds devices");
      }
      answers = true;
    } catch (IOException | RuntimeException e) {
      if (answers) {
        LOG.warnf(
            "Kubernetes does not answer who holds devices, what was known last stays: %s",
            e.getMessage());
      }
      answers = false;
    }
    return allocations.applied(told, known);
  }

  /** Labels of the node that are worth telling. */
  public synchronized Map<String, String> labels() {
    return allocations.labels();
  }

  private Allocations ask() throws IOException {
    String name = URLEncoder.encode(node, StandardCharsets.UTF_8);
    JsonNode self = api.get("/api/v1/nodes/" + name);
    if (self.isMissingNode()) {
      throw new IOException("there is no node " + node);
    }
    String onNode = "?fieldSelector=spec.nodeName%3D" + name;
    List<JsonNode> pods = items(api.get("/api/v1/pods" + onNode));
    Map<String, JsonNode> claims = new TreeMap<>();
    for (JsonNode pod : pods) {
      if (AllocationReader.isOthers(pod)) {
        String namespace = pod.at("/metadata/namespace").asText();
        for (String claim : AllocationReader.claimsOf(pod)) {
          claims.put(
              namespace + "/" + claim,
              dynamic("/namespaces/" + namespace + "/resourceclaims/" + claim));
        }
      }
    }
    // A cluster without dynamic allocation has no slices: asked only where there are claims.
    List<JsonNode> slices =
        claims.isEmpty() ? List.of() : items(dynamic("/resourceslices" + onNode));
    return AllocationReader.read(self, pods, slices, claims);
  }

  /** Of the newest version that the cluster serves; v1 from Kubernetes 1.34 on. */
  private JsonNode dynamic(String path) throws IOException {
    for (String version : List.of("v1", "v1beta2", "v1beta1")) {
      JsonNode answer = api.get("/apis/resource.k8s.io/" + version + path);
      if (!answer.isMissingNode()) {
        return answer;
      }
    }
    return MissingNode.getInstance();
  }

  private static List<JsonNode> items(JsonNode list) {
    List<JsonNode> items = new ArrayList<>();
    list.path("items").forEach(items::add);
    return items;
  }
}
