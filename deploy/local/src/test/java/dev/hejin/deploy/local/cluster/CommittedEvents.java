package dev.hejin.deploy.local.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hejin.proto.event.v1.EpochActivated;
import dev.hejin.proto.event.v1.EventRecord;
import dev.hejin.proto.event.v1.PlanAdopted;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/**
 * The event log at one moment.
 *
 * @param events all, in order
 */
record CommittedEvents(List<EventRecord> events) {
  static CommittedEvents of(RunningCluster cluster) {
    return new CommittedEvents(EventLogReader.read(cluster.kafkaClient()));
  }

  /** The log without what tells who leads. */
  CommittedEvents withoutElections() {
    return new CommittedEvents(events.stream().filter(e -> !e.hasLeaderElected()).toList());
  }

  /** Who led, one after the other. */
  List<EventRecord> elections() {
    return events.stream().filter(EventRecord::hasLeaderElected).toList();
  }

  long revision() {
    return events.isEmpty() ? 0 : events.getLast().getRevision();
  }

  /** Epochs of a deployment in the order in which they were adopted. */
  List<Long> adopted(String deployment) {
    return events.stream()
        .filter(EventRecord::hasPlanAdopted)
        .map(EventRecord::getPlanAdopted)
        .filter(plan -> plan.getDeployment().equals(deployment))
        .map(PlanAdopted::getEpoch)
        .toList();
  }

  /** Epochs of a deployment in the order in which they became active. */
  List<Long> activated(String deployment) {
    return events.stream()
        .filter(EventRecord::hasEpochActivated)
        .map(EventRecord::getEpochActivated)
        .filter(epoch -> epoch.getDeployment().equals(deployment))
        .map(EpochActivated::getEpoch)
        .toList();
  }

  /** Checks that this log goes on from an earlier one, without gaps and with nothing twice. */
  void assertContinues(CommittedEvents earlier, String deployment) {
    assertThat(events).startsWith(earlier.events.toArray(EventRecord[]::new));
    assertThat(events.stream().map(EventRecord::getRevision))
        .as("revisions")
        .containsExactlyElementsOf(LongStream.rangeClosed(1, events.size()).boxed().toList());
    assertThat(
            events.stream()
                .filter(EventRecord::hasDeploymentCreated)
                .map(event -> event.getDeploymentCreated().getSpec().getName()))
        .as("deployments created")
        .containsExactly(deployment);
    List<Long> epochs = adopted(deployment);
    assertThat(epochs)
        .as("epochs adopted")
        .containsExactlyElementsOf(
            IntStream.rangeClosed(1, epochs.size()).mapToObj(Long::valueOf).toList());
    assertThat(activated(deployment)).as("epochs activated").doesNotHaveDuplicates().isSorted();
  }
}
