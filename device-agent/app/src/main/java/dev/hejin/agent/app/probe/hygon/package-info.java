/**
 * Hygon DCU (HCU), and AMD, whose tool is of the same family.
 *
 * <p>Start at {@link dev.hejin.agent.app.probe.hygon.HygonProbe}.
 */
@NullMarked
package dev.hejin.agent.app.probe.hygon;

import org.jspecify.annotations.NullMarked;
