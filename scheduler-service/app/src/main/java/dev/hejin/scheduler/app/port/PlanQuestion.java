package dev.hejin.scheduler.app.port;

/**
 * How to answer a plan-only question.
 *
 * @param severalPipelines whether layouts of several pipelines are searched too
 * @param explain whether the answer says what binds and what the alternatives are
 */
public record PlanQuestion(boolean severalPipelines, boolean explain) {}
