package dev.hejin.scheduler.app.port;

import java.util.List;

/**
 * One call as the audit tells it.
 *
 * @param timeMillis when it ended
 * @param caller who
 * @param roles that the caller had
 * @param method full name
 * @param target deployment or node; empty when it is not known
 * @param requestId of the request; empty when it had none
 * @param outcome name of the status code
 * @param reason empty for OK
 * @param revision after the change; 0 when there was none
 * @param peer network address
 */
public record AuditEntry(
    long timeMillis,
    String caller,
    List<String> roles,
    String method,
    String target,
    String requestId,
    String outcome,
    String reason,
    long revision,
    String peer) {
  public AuditEntry {
    roles = List.copyOf(roles);
  }
}
