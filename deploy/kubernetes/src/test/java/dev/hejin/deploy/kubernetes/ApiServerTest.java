package dev.hejin.deploy.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What no published type knows: whether an API server takes the objects, its admission included.
 * Wants a cluster, with the operators' types for {@code production}, named by the file of {@value
 * #KUBECONFIG}.
 */
@NeedsKubectl
@EnabledIfEnvironmentVariable(
    named = ApiServerTest.KUBECONFIG,
    matches = ".+",
    disabledReason = "no API server is named")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ApiServerTest {
  static final String KUBECONFIG = "HEJIN_TEST_KUBECONFIG";

  private final ApiServer server = new ApiServer(System.getenv().getOrDefault(KUBECONFIG, ""));

  @AfterAll
  void close() throws Exception {
    server.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"dev", "production"})
  void shouldBeTaken(String overlay) throws Exception {
    // Given
    List<JsonNode> objects = Rendering.of(Rendering.manifests().resolve("overlays/" + overlay));

    // When
    List<String> refusals = server.refusals(objects);

    // Then
    assertThat(refusals).isEmpty();
  }

  @ParameterizedTest
  @MethodSource("dev.hejin.deploy.kubernetes.Vendors#names")
  void shouldTakeTheAgentsOfEachVendor(String vendor) throws Exception {
    // When
    List<String> refusals = server.refusals(Vendors.agentsOf(vendor));

    // Then
    assertThat(refusals).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "Not A Name", "x_y"})
  void shouldRefuseANameThatIsNone(String name) throws Exception {
    // Given
    List<JsonNode> objects = Vendors.agentsOf("nvidia");
    ((ObjectNode) objects.getFirst().path("metadata")).put("name", name);

    // When
    List<String> refusals = server.refusals(objects);

    // Then
    assertThat(refusals).hasSize(1);
  }
}
