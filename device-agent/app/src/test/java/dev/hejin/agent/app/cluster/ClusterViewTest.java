package dev.hejin.agent.app.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.hejin.agent.model.Health;
import dev.hejin.agent.probe.DeviceReading;
import dev.hejin.agent.probe.Inventory;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A server that answers as the API server does; the answers are written by hand. */
class ClusterViewTest {
  private static final String NODE =
      """
      {"metadata":{"name":"n1","labels":{"topology.kubernetes.io/zone":"z1","hejin.dev/pool":"a",
       "kubernetes.io/os":"linux"}}}
      """;

  @TempDir private Path account = Path.of("");

  private final Map<String, String> answers = new TreeMap<>();
  private final List<String> asked = new ArrayList<>();
  private HttpServer server;
  private ClusterView view;

  ClusterViewTest() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    view = new ClusterView(new KubernetesApi(URI.create("http://none.invalid"), account), "n1");
  }

  @BeforeEach
  void start() throws IOException {
    Files.writeString(account.resolve("token"), "secret\n");
    server.createContext("/", this::answer);
    server.start();
    URI address = URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    view = new ClusterView(new KubernetesApi(address, account), "n1");
    answers.put("/api/v1/nodes/n1", NODE);
    pods();
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  private void answer(HttpExchange exchange) throws IOException {
    String path = exchange.getRequestURI().getPath();
    asked.add(exchange.getRequestURI().toString());
    boolean known = "Bearer secret".equals(exchange.getRequestHeaders().getFirst("Authorization"));
    String body = answers.get(path);
    byte[] bytes = (body == null ? "{}" : body).getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(!known ? 401 : body == null ? 404 : 200, bytes.length);
    exchange.getResponseBody().write(bytes);
    exchange.close();
  }

  private void pods(String... pods) {
    answers.put("/api/v1/pods", "{\"items\":[" + String.join(",", pods) + "]}");
  }

  private static String pod(String metadata, String spec, String status) {
    return "{\"metadata\":{\"namespace\":\"ml\",\"name\":\"train\"%s},\"spec\":{%s},\"status\":{%s}}"
        .formatted(metadata, spec, status);
  }

  private static String limits(String resource, String count) {
    return "\"containers\":[{\"resources\":{\"limits\":{\"%s\":\"%s\"}}}]"
        .formatted(resource, count);
  }

  private static DeviceReading device(String key, String uuid, String busId) {
    return new DeviceReading(
        key,
        "chip",
        uuid,
        "",
        busId,
        "",
        "",
        "",
        "",
        Health.HEALTHY,
        Map.of(),
        Map.of(),
        List.of(),
        List.of());
  }

  private static List<Inventory> twoGpusAndAnNpu() {
    return List.of(
        new Inventory(
            "NVIDIA",
            "tool",
            List.of(device("0", "GPU-A", "0000:01:00.0"), device("1", "GPU-B", "0000:02:00.0")),
            List.of(),
            List.of()),
        new Inventory(
            "Huawei", "tool", List.of(device("0", "", "0000:03:00.0")), List.of(), List.of()));
  }

  /** Vendor and key of each device that may not be used, with the reason. */
  private Map<String, String> withheld() {
    return withheld(twoGpusAndAnNpu());
  }

  private Map<String, String> withheld(List<Inventory> answers) {
    Map<String, String> withheld = new TreeMap<>();
    for (Inventory inventory : view.applied(answers, twoGpusAndAnNpu())) {
      for (DeviceReading device : inventory.devices()) {
        if (device.health() == Health.FAILED) {
          withheld.put(
              inventory.vendor() + " " + device.key(), String.join("; ", device.remarks()));
        }
      }
    }
    return withheld;
  }

  @Test
  void shouldOfferEverythingThatNobodyHolds() {
    // Given a pod that wants no device
    pods(pod("", limits("memory", "1Gi"), "\"phase\":\"Running\""));

    // When, then
    assertThat(withheld()).isEmpty();
    assertThat(view.labels())
        .containsOnly(
            Map.entry("topology.kubernetes.io/zone", "z1"), Map.entry("hejin.dev/pool", "a"));
    assertThat(asked)
        .anyMatch(uri -> uri.endsWith("/api/v1/pods?fieldSelector=spec.nodeName%3Dn1"));
  }

  @Test
  void shouldWithholdTheDevicesThatHamiNames() {
    // Given
    pods(
        pod(
            ",\"annotations\":{\"hami.io/vgpu-devices-allocated\":\"GPU-b,NVIDIA,4096,25:;\"}",
            limits("nvidia.com/gpu", "1"),
            "\"phase\":\"Running\""));

    // When, then
    assertThat(withheld()).containsOnly(Map.entry("NVIDIA 1", "allocated to pod ml/train"));
  }

  @Test
  void shouldKnowDevicesOfWhichASampleTellsNoName() {
    // Given a pod's device, and a tool whose short answer tells neither UUID nor address
    pods(
        pod(
            ",\"annotations\":{\"hami.io/vgpu-devices-allocated\":\"GPU-B,NVIDIA,4096,25:;\"}",
            limits("nvidia.com/gpu", "1"),
            "\"phase\":\"Running\""));
    List<Inventory> sample =
        List.of(
            new Inventory(
                "NVIDIA",
                "tool",
                List.of(device("0", "", ""), device("1", "", "")),
                List.of(),
                List.of()));

    // When, then
    assertThat(withheld(sample)).containsOnlyKeys("NVIDIA 1");
  }

  @Test
  void shouldWithholdAllOfAVendorWhereHamiNamesDevicesThatNoProbeKnows() {
    // Given
    pods(
        pod(
            ",\"annotations\":{\"hami.io/npu-devices-allocated\":\"Ascend-7,Ascend910B,1,0:;\"}",
            limits("huawei.com/Ascend910B", "1"),
            "\"phase\":\"Running\""));

    // When, then
    assertThat(withheld()).containsOnlyKeys("Huawei 0");
  }

  @Test
  void shouldUnderstandClustersThatServeOnlyTheFirstForm() {
    // Given Kubernetes 1.32
    pods(pod("", "\"resourceClaims\":[{\"name\":\"g\",\"resourceClaimName\":\"c\"}]", ""));
    claim("c", "gpu.nvidia.com", "gpu-0", false);
    answers.put(
        "/apis/resource.k8s.io/v1beta1/namespaces/ml/resourceclaims/c",
        answers.remove("/apis/resource.k8s.io/v1/namespaces/ml/resourceclaims/c"));
    answers.put(
        "/apis/resource.k8s.io/v1beta1/resourceslices",
        """
        {"items":[{"spec":{"driver":"gpu.nvidia.com","nodeName":"n1","pool":{"name":"n1"},"devices":[
          {"name":"gpu-0","basic":{"attributes":{"uuid":{"string":"GPU-A"}}}}]}}]}
        """);

    // When, then
    assertThat(withheld()).containsOnlyKeys("NVIDIA 0");
  }

  @Test
  void shouldWithholdAllOfAVendorWhereNobodySaysWhichAreHeld() {
    // Given
    pods(pod("", limits("nvidia.com/gpu", "1"), "\"phase\":\"Pending\""));

    // When, then
    assertThat(withheld())
        .containsOnlyKeys("NVIDIA 0", "NVIDIA 1")
        .containsEntry("NVIDIA 0", "allocated to pod ml/train with nvidia.com/gpu");
  }

  @Test
  void shouldWithholdTheDevicesOfAClaim() {
    // Given a claim that was made for the pod, and the slice of its driver
    pods(
        pod(
            "",
            "\"resourceClaims\":[{\"name\":\"gpu\",\"resourceClaimTemplateName\":\"t\"}]",
            "\"phase\":\"Running\",\"resourceClaimStatuses\":"
                + "[{\"name\":\"gpu\",\"resourceClaimName\":\"train-gpu-x\"}]"));
    claim("train-gpu-x", "gpu.nvidia.com", "gpu-0", false);
    slice();

    // When, then
    assertThat(withheld())
        .containsOnly(Map.entry("NVIDIA 0", "allocated to pod ml/train with gpu.nvidia.com"));
  }

  @Test
  void shouldKnowAClaimedDeviceByItsAddress() {
    // Given
    pods(pod("", "\"resourceClaims\":[{\"name\":\"g\",\"resourceClaimName\":\"c\"}]", ""));
    claim("c", "gpu.nvidia.com", "gpu-1", false);
    slice();

    // When, then
    assertThat(withheld()).containsOnlyKeys("NVIDIA 1");
  }

  @Test
  void shouldWithholdAVendorWhoseSlicesDoNotNameTheDevice() {
    // Given
    pods(pod("", "\"resourceClaims\":[{\"name\":\"g\",\"resourceClaimName\":\"c\"}]", ""));
    claim("c", "npu.huawei.com", "npu-0", false);

    // When, then
    assertThat(withheld()).containsOnlyKeys("Huawei 0");
  }

  @Test
  void shouldNotMindWhoOnlyLooks() {
    // Given a claim with administrator's access
    pods(pod("", "\"resourceClaims\":[{\"name\":\"g\",\"resourceClaimName\":\"c\"}]", ""));
    claim("c", "gpu.nvidia.com", "gpu-0", true);
    slice();

    // When, then
    assertThat(withheld()).isEmpty();
  }

  @Test
  void shouldNotMindItsOwnEnginesNorPodsThatHaveEnded() {
    // Given
    pods(
        pod(",\"labels\":{\"hejin.dev/serves\":\"chat\"}", limits("nvidia.com/gpu", "2"), ""),
        pod("", limits("nvidia.com/gpu", "2"), "\"phase\":\"Succeeded\""),
        pod("", limits("nvidia.com/gpu", "0"), "\"phase\":\"Running\""));

    // When, then
    assertThat(withheld()).isEmpty();
  }

  @Test
  void shouldOfferADeviceAgainThatIsGivenBack() {
    // Given
    pods(pod("", limits("nvidia.com/gpu", "1"), "\"phase\":\"Running\""));
    assertThat(withheld()).hasSize(2);

    // When
    pods(pod("", limits("nvidia.com/gpu", "1"), "\"phase\":\"Failed\""));

    // Then
    assertThat(withheld()).isEmpty();
  }

  @Test
  void shouldKeepWhatItKnewWhileTheClusterDoesNotAnswer() throws IOException {
    // Given
    pods(pod("", limits("nvidia.com/gpu", "1"), "\"phase\":\"Running\""));
    assertThat(withheld()).hasSize(2);
    pods();

    // When the account is no longer good, and then is again
    Files.writeString(account.resolve("token"), "old");
    Map<String, String> meanwhile = withheld();
    Files.writeString(account.resolve("token"), "secret");

    // Then
    assertThat(meanwhile).hasSize(2);
    assertThat(withheld()).isEmpty();
  }

  @Test
  void shouldOfferAllBeforeTheFirstAnswer() {
    // Given
    server.stop(0);

    // When, then
    assertThat(withheld()).isEmpty();
  }

  @Test
  void shouldBeThereOnlyInACluster() {
    // When, then
    assertThat(ClusterView.here("n1", Map.of())).isEmpty();
  }

  private void claim(String name, String driver, String device, boolean admin) {
    answers.put(
        "/apis/resource.k8s.io/v1/namespaces/ml/resourceclaims/" + name,
        """
        {"status":{"allocation":{"devices":{"results":[
          {"driver":"%s","pool":"n1","device":"%s","adminAccess":%s}]}}}}
        """
            .formatted(driver, device, admin));
  }

  private void slice() {
    answers.put(
        "/apis/resource.k8s.io/v1/resourceslices",
        """
        {"items":[{"spec":{"driver":"gpu.nvidia.com","nodeName":"n1","pool":{"name":"n1"},"devices":[
          {"name":"gpu-0","attributes":{"uuid":{"string":"GPU-A"},"type":{"string":"gpu"}}},
          {"name":"gpu-1","attributes":
            {"resource.kubernetes.io/pciBusID":{"string":"0000:02:00.0"}}}]}}]}
        """);
  }
}
