package dev.hejin.scheduler.app.telemetry;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.jspecify.annotations.Nullable;

/**
 * Tumbling windows of one partition, by the records' own time. A window closes when a record comes
 * that is younger than its end by the grace; what comes for it later is counted and dropped. A
 * record far ahead of this machine's clock is malformed: it would close all windows before it.
 *
 * <p>Windows live on the heap as what they come to, not as bytes in a store: nothing is written or
 * parsed again for a sample. A restart loses the open window, no more.
 *
 * @param <R> a record, parsed
 * @param <W> what a window comes to
 */
final class WindowProcessor<R, W> implements Processor<String, byte[], Void, Void> {
  private static final long LEAD_MILLIS = 60_000;

  private final Aggregation<R, W> aggregation;
  private final long sizeMillis;
  private final long graceMillis;
  private final TreeMap<Long, W> open = new TreeMap<>();
  private long streamMillis = Long.MIN_VALUE;
  private @Nullable ProcessorContext<Void, Void> context;

  WindowProcessor(Aggregation<R, W> aggregation, Duration size, Duration grace) {
    this.aggregation = aggregation;
    this.sizeMillis = size.toMillis();
    this.graceMillis = grace.toMillis();
  }

  /** What is done with records. */
  interface Aggregation<R, W> {
    /** The record; empty when it is not what its topic promises. */
    Optional<R> parse(String key, byte[] value);

    W open();

    void add(W window, R record);

    void close(W window, long endMillis);
  }

  @Override
  public void init(ProcessorContext<Void, Void> context) {
    this.context = context;
  }

  @Override
  public void process(Record<String, byte[]> record) {
    long time = record.timestamp();
    ProcessorContext<Void, Void> here = context;
    boolean isAhead = here != null && time > here.currentSystemTimeMs() + LEAD_MILLIS;
    Optional<R> parsed =
        record.key() == null || record.value() == null || isAhead
            ? Optional.empty()
            : aggregation.parse(record.key(), record.value());
    if (parsed.isEmpty()) {
      MalformedRecords.count();
      return;
    }
    if (time > streamMillis) {
      streamMillis = time;
      closeOld();
    }
    long start = Math.floorDiv(time, sizeMillis) * sizeMillis;
    if (isOver(start)) {
      TelemetryCounters.late();
      return;
    }
    aggregation.add(open.computeIfAbsent(start, s -> aggregation.open()), parsed.get());
  }

  private boolean isOver(long start) {
    return start + sizeMillis + graceMillis <= streamMillis;
  }

  private void closeOld() {
    while (!open.isEmpty() && isOver(open.firstKey())) {
      Map.Entry<Long, W> old = open.pollFirstEntry();
      aggregation.close(old.getValue(), old.getKey() + sizeMillis);
    }
  }
}
