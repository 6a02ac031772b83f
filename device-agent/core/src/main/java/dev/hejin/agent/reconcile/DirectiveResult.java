package dev.hejin.agent.reconcile;

/**
 * Outcome of a directive.
 *
 * @param reason why it was refused; empty when it was done
 * @param memoryUsedBytes memory of the device in use afterwards
 */
public record DirectiveResult(
    String directiveId, long epoch, boolean done, String reason, long memoryUsedBytes) {}
