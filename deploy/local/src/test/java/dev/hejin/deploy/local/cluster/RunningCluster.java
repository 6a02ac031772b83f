package dev.hejin.deploy.local.cluster;

import dev.hejin.client.SchedulerConnection;
import dev.hejin.deploy.local.truth.TruthSource;
import dev.hejin.proto.deployment.v1.ExpertLoad;
import java.util.List;
import java.util.Map;

/** A cluster of real programs, however they run, with what a test needs to look at it. */
interface RunningCluster extends TruthSource, AutoCloseable {
  /** As an operator's program connects. */
  SchedulerConnection connection();

  /** What a Kafka client of a test must know, to read the event log beside the schedulers. */
  Map<String, Object> kafkaClient();

  /** Traffic really spreads in this way from now on; the scheduler is not told. */
  void shiftLoad(ExpertLoad load);

  /** Programs that have ended although no test ended them. */
  List<String> unexpectedEnds();

  @Override
  void close();
}
