package dev.hejin.deploy.local.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.errors.SaslAuthenticationException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;

/** Scheduler and agents at a broker that lets in by SCRAM over TLS alone. */
@Timeout(120)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ScramKafkaST {
  private static final String NAME = "scram";
  private static final double TIME_SCALE = 20;

  private final SystemCluster cluster = new SystemCluster(NAME, TIME_SCALE).withScramKafka();
  private final SystemDeployment deployment = new SystemDeployment(cluster, NAME);

  @BeforeAll
  void start() throws InterruptedException {
    cluster.start();
  }

  @AfterAll
  void close() {
    cluster.close();
  }

  @Test
  void shouldLetNobodyInWithAnotherPassword() {
    // Given
    Map<String, Object> settings = cluster.kafkaClient();
    settings.computeIfPresent(
        "sasl.jaas.config",
        (name, login) -> login.toString().replaceAll("password=.*", "password=\"guessed\";"));

    // When, then
    try (Admin admin = Admin.create(settings)) {
      assertThatThrownBy(() -> admin.listTopics().names().get())
          .hasCauseInstanceOf(SaslAuthenticationException.class);
    }
  }

  @Test
  void shouldDeployAndBeObserved() throws InterruptedException {
    // When
    deployment.serving();

    // Then
    deployment.await(
        "telemetry comes through", now -> now.getObservation().getWindowEndTime().getSeconds() > 0);
    assertThat(CommittedEvents.of(cluster).events()).anyMatch(event -> event.hasEpochActivated());
    assertThat(cluster.unexpectedEnds()).isEmpty();
  }
}
