package dev.hejin.scheduler.app.security;

import dev.hejin.scheduler.app.port.AuditEntry;
import dev.hejin.scheduler.app.port.Caller;
import io.grpc.Status;
import java.util.function.Consumer;

/**
 * What is to be told of one call. A stream is told of at its first answer, when what it asked for
 * has been granted; and again if it is refused.
 */
final class AuditedCall {
  private final String method;
  private final MethodRules.Rule rule;
  private final Caller caller;
  private final String peer;
  private final boolean isStream;
  private final Consumer<AuditEntry> sink;
  private String target = "";
  private String requestId = "";
  private long revision;
  private boolean told;

  AuditedCall(
      String method,
      MethodRules.Rule rule,
      Caller caller,
      String peer,
      boolean isStream,
      Consumer<AuditEntry> sink) {
    this.method = method;
    this.rule = rule;
    this.caller = caller;
    this.peer = peer;
    this.isStream = isStream;
    this.sink = sink;
  }

  synchronized void asked(Object request) {
    if (rule.changes() && target.isEmpty()) {
      target = AuditedFields.text(request, rule.target());
      requestId = AuditedFields.text(request, "request_id");
    }
  }

  synchronized void answered(Object response) {
    if (!rule.changes() || told) {
      return;
    }
    revision = AuditedFields.number(response, rule.revision());
    if (isStream) {
      tell(Status.OK);
    }
  }

  synchronized void ended(Status status) {
    boolean refused =
        switch (status.getCode()) {
          case UNAUTHENTICATED, PERMISSION_DENIED, RESOURCE_EXHAUSTED -> true;
          default -> false;
        };
    // Agents ask a scheduler that does not lead again and again: that is no refusal of theirs.
    boolean elsewhere = isStream && status.getCode() == Status.Code.UNAVAILABLE;
    if (refused || (rule.changes() && !told && !elsewhere)) {
      tell(status);
    }
  }

  private void tell(Status status) {
    told = true;
    sink.accept(
        new AuditEntry(
            System.currentTimeMillis(),
            caller.name(),
            caller.roleTexts(),
            method,
            target,
            requestId,
            status.getCode().name(),
            status.getDescription() == null ? "" : status.getDescription(),
            status.isOk() ? revision : 0,
            peer));
  }
}
