package dev.hejin.agent.reconcile;

import dev.hejin.agent.model.Directive;

/**
 * Outcome of a directive.
 *
 * @param reason why it was refused; empty when it was done
 * @param memoryUsedBytes memory of the device in use afterwards
 */
public record DirectiveResult(
    Directive directive, boolean done, String reason, long memoryUsedBytes) {}
