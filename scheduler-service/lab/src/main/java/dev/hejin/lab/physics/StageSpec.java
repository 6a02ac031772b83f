package dev.hejin.lab.physics;

import dev.hejin.scheduler.model.ModelSpec;
import dev.hejin.scheduler.model.Precision;

/**
 * What a stage is made of, apart from who has which experts.
 *
 * @param devices numbers in the pool, in stage order
 * @param firstLayer inclusive
 * @param endLayer exclusive
 * @param precision of dense weights
 * @param expertPrecision of routed experts
 * @param isLast whether another stage does not follow: then the head is here
 */
public record StageSpec(
    ModelSpec model,
    int[] devices,
    int firstLayer,
    int endLayer,
    Precision precision,
    Precision expertPrecision,
    boolean isLast) {}
