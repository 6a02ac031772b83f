package dev.hejin.agent.reconcile;

/**
 * Outcome of a directive.
 *
 * @param unsure whether it failed and nobody knows how far it came
 * @param reason why it was not done; empty when it was
 * @param memoryUsedBytes memory of the device in use afterwards
 */
public record DirectiveResult(
    String directiveId,
    long epoch,
    boolean done,
    boolean unsure,
    String reason,
    long memoryUsedBytes) {

  /** One that was done, or was refused and changed nothing. */
  public DirectiveResult(
      String directiveId, long epoch, boolean done, String reason, long memoryUsedBytes) {
    this(directiveId, epoch, done, false, reason, memoryUsedBytes);
  }
}
