package dev.hejin.scheduler.app.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.hejin.scheduler.app.codec.LogRecord;
import dev.hejin.scheduler.lifecycle.Event;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.apache.kafka.common.errors.InvalidTxnStateException;

/** Records that are told apart by their revision. */
final class SampleRecords {
  private SampleRecords() {}

  static List<LogRecord> of(long first, long last) {
    return LongStream.rangeClosed(first, last)
        .mapToObj(i -> LogRecord.of(new Event.NodeDrained("n1", "no. " + i), i, 1000 * i))
        .toList();
  }

  /** Opens the log; what it handed over. */
  static List<LogRecord> open(EventLog log) throws LogUnavailableException {
    List<LogRecord> read = new ArrayList<>();
    log.open(read::add, (done, end) -> assertThat(done).isLessThanOrEqualTo(end));
    return read;
  }

  /**
   * Appends as the scheduler does: a write that failed is tried again on the log opened anew. A
   * broker of Kafka 4.1 was seen to refuse the first write of a producer with INVALID_TXN_STATE,
   * once in some hundred openings and for a reason not found; no other failure is forgiven here.
   */
  static void append(EventLog log, List<LogRecord> records) throws LogUnavailableException {
    try {
      log.append(records);
    } catch (LogUnavailableException e) {
      if (!(e.getCause() instanceof InvalidTxnStateException)) {
        throw e;
      }
      assertThat(open(log)).isEmpty();
      log.append(records);
    }
  }
}
