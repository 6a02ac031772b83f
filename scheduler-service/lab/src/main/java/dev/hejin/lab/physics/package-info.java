/**
 * How long devices take: by layer, by device, the slowest decides.
 *
 * <p>Start at {@link dev.hejin.lab.physics.StagePhysics}. Written apart from the planner's cost
 * model: neither calls the other, and a test holds that.
 *
 * <p>Hot path: {@link dev.hejin.lab.physics.ExpertTables}.
 */
@NullMarked
package dev.hejin.lab.physics;

import org.jspecify.annotations.NullMarked;
