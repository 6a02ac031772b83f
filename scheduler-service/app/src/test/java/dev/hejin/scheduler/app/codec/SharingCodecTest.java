package dev.hejin.scheduler.app.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.hejin.proto.deployment.v1.PlanServicesRequest;
import dev.hejin.proto.deployment.v1.PlanServicesResponse;
import dev.hejin.proto.deployment.v1.ServiceGoal;
import dev.hejin.proto.deployment.v1.ServiceRequest;
import dev.hejin.scheduler.app.port.SharedService;
import dev.hejin.scheduler.app.port.SharingAnswer;
import dev.hejin.scheduler.planner.PlanResult;
import dev.hejin.scheduler.planner.ServicePlanner;
import java.util.List;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class SharingCodecTest {
  private static ServiceRequest.Builder service(String name) {
    return ServiceRequest.newBuilder()
        .setSpec(SpecCodec.toProto(RecordedEvents.spec()).toBuilder().setName(name));
  }

  @Test
  void shouldReadServices() {
    // Given
    PlanServicesRequest request =
        PlanServicesRequest.newBuilder()
            .addServices(
                service("b")
                    .setPriority(-2)
                    .setGoal(ServiceGoal.newBuilder().setDemandTokensPerSecond(10)))
            .addServices(service("a"))
            .build();

    // When
    List<SharedService> services = SharingCodec.fromProto(request);

    // Then
    assertThat(services).extracting(each -> each.spec().name()).containsExactly("b", "a");
    assertThat(services).extracting(SharedService::priority).containsExactly(-2, 0);
    assertThat(services.getFirst().goal().demandTokensPerSecond()).isEqualTo(10);
  }

  @Test
  void shouldRefuseNoneAndTwoOfOneName() {
    // Given
    PlanServicesRequest none = PlanServicesRequest.getDefaultInstance();
    PlanServicesRequest twice =
        PlanServicesRequest.newBuilder()
            .addServices(service("a"))
            .addServices(service("a"))
            .build();

    // When, then
    assertThatThrownBy(() -> SharingCodec.fromProto(none))
        .isInstanceOfSatisfying(
            InvalidMessageException.class, e -> assertThat(e.field()).isEqualTo("services"))
        .hasMessageContaining("has 0 services");
    assertThatThrownBy(() -> SharingCodec.fromProto(twice))
        .isInstanceOfSatisfying(
            InvalidMessageException.class,
            e -> assertThat(e.field()).isEqualTo("services[1].spec.name"))
        .hasMessageContaining("is 'a' a second time");
  }

  @Test
  void shouldSayWhyNothingFits() {
    // Given
    List<SharedService> services =
        SharingCodec.fromProto(PlanServicesRequest.newBuilder().addServices(service("a")).build());
    TreeMap<String, ServicePlanner.Result> results = new TreeMap<>();
    results.put(
        "a",
        new ServicePlanner.Result.Infeasible(
            new PlanResult.Infeasible("too little memory", 5, "Maybe add a device.", List.of())));

    // When
    PlanServicesResponse reply = SharingCodec.toProto(new SharingAnswer(services, results, 7, 0.5));

    // Then
    assertThat(reply.getRevision()).isEqualTo(7);
    assertThat(reply.getServices(0).getName()).isEqualTo("a");
    assertThat(reply.getServices(0).hasPlan()).isFalse();
    assertThat(reply.getServices(0).getReason())
        .contains("too little memory")
        .contains("Maybe add a device.");
  }
}
