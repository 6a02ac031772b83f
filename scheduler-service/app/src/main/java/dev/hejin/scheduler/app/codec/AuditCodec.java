package dev.hejin.scheduler.app.codec;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.util.JsonFormat;
import com.google.protobuf.util.Timestamps;
import dev.hejin.proto.audit.v1.AuditEvent;
import dev.hejin.scheduler.app.port.AuditEntry;
import java.nio.charset.StandardCharsets;

/** What the audit keeps, as the record of its topic. */
public final class AuditCodec {
  private static final int MOST_TEXT = 1_000;
  private static final JsonFormat.Printer JSON =
      JsonFormat.printer().omittingInsignificantWhitespace().preservingProtoFieldNames();

  private AuditCodec() {}

  /**
   * @param scheduler address of the one that answered
   */
  public static byte[] toJson(AuditEntry entry, String scheduler) {
    AuditEvent event =
        AuditEvent.newBuilder()
            .setTime(Timestamps.fromMillis(entry.timeMillis()))
            .setCaller(cut(entry.caller()))
            .addAllRoles(entry.roles())
            .setMethod(cut(entry.method()))
            .setTarget(cut(entry.target()))
            .setRequestId(cut(entry.requestId()))
            .setOutcome(entry.outcome())
            .setReason(cut(entry.reason()))
            .setRevision(entry.revision())
            .setPeer(entry.peer())
            .setScheduler(scheduler)
            .build();
    try {
      return JSON.print(event).getBytes(StandardCharsets.UTF_8);
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException("an audit event has no JSON form", e);
    }
  }

  /** A caller chooses these: no one record may be large. */
  private static String cut(String text) {
    return text.length() <= MOST_TEXT ? text : text.substring(0, MOST_TEXT) + "...";
  }
}
