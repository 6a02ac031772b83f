package dev.hejin.scheduler.app.codec;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.util.Timestamps;
import dev.hejin.proto.event.v1.EventRecord;
import dev.hejin.scheduler.lifecycle.Event;
import dev.hejin.scheduler.lifecycle.StatePart;
import dev.hejin.scheduler.model.ModelSpec;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * One record of the event log, as it is stored.
 *
 * @param message the stored form
 */
public record LogRecord(EventRecord message) {

  /** The record of an event that is to be committed. */
  public static LogRecord of(Event event, long revision, long timeMillis) {
    return new LogRecord(EventCodec.toProto(event, revision, timeMillis));
  }

  /** The same record with the trace that led to it; empty for none. */
  public LogRecord tracedBy(String traceParent) {
    return traceParent.isEmpty()
        ? this
        : new LogRecord(message.toBuilder().setTraceParent(traceParent).build());
  }

  /** W3C traceparent of the call that led to the event; empty when nothing traced it. */
  public String traceParent() {
    return message.getTraceParent();
  }

  /** The record of a part of a snapshot of the state at {@code revision}. */
  public static LogRecord of(StatePart part, long revision, long timeMillis) {
    return new LogRecord(SnapshotCodec.toProto(part, revision, timeMillis));
  }

  /** Whether this is no event but a piece of a snapshot. */
  public boolean isSnapshotPart() {
    return message.hasSnapshotPart();
  }

  /** Whether a snapshot begins here. */
  public boolean isSnapshotHead() {
    return message.hasSnapshotPart() && message.getSnapshotPart().hasHead();
  }

  /** Whether a snapshot ends here. */
  public boolean isSnapshotEnd() {
    return message.hasSnapshotPart() && message.getSnapshotPart().hasEnd();
  }

  /**
   * The part of a snapshot.
   *
   * @throws InvalidMessageException when a newer version wrote the record, or it is malformed
   */
  public StatePart part() {
    return read(() -> SnapshotCodec.fromProto(message));
  }

  /**
   * A record read back.
   *
   * @throws InvalidMessageException when the bytes are no record
   */
  public static LogRecord parse(byte[] bytes) {
    try {
      EventRecord message = EventRecord.parseFrom(bytes);
      if (!Timestamps.isValid(message.getTime())) {
        throw new InvalidMessageException(
            "time", "is no time: " + message.getTime() + "\nMaybe another program wrote it.");
      }
      return new LogRecord(message);
    } catch (InvalidProtocolBufferException e) {
      throw new InvalidMessageException(
          "",
          "is not an event: "
              + e.getMessage()
              + "\nMaybe another program writes to this topic; give the log a topic of its own.");
    }
  }

  public int sizeBytes() {
    return message.getSerializedSize();
  }

  public byte[] toBytes() {
    return message.toByteArray();
  }

  /** State's revision once the event is applied. */
  public long revision() {
    return message.getRevision();
  }

  public long timeMillis() {
    return Timestamps.toMillis(message.getTime());
  }

  /**
   * The event.
   *
   * @param model of a deployment created by an earlier event, by name
   * @throws InvalidMessageException when a newer version wrote the record, or it is malformed
   */
  public Event event(Function<String, ModelSpec> model) {
    return read(() -> EventCodec.fromProto(message, model));
  }

  /** What the state machine itself would refuse is malformed, too. */
  private <T> T read(Supplier<T> reader) {
    try {
      return reader.get();
    } catch (IllegalArgumentException e) {
      throw new InvalidMessageException(
          "event", "record at revision " + revision() + " is malformed: " + e.getMessage());
    }
  }
}
