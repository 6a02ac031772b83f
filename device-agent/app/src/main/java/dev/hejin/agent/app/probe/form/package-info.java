/**
 * Forms of output that several vendors' tools share, turned into readings.
 *
 * <p>Start at {@link dev.hejin.agent.app.probe.form.SmiTable}.
 *
 * <p>Never here: running tools, what only one vendor does.
 */
@NullMarked
package dev.hejin.agent.app.probe.form;

import org.jspecify.annotations.NullMarked;
