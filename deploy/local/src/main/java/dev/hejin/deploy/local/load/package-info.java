/**
 * {@code ./hejin load}: what the control plane bears, in figures.
 *
 * <p>Start at {@link dev.hejin.deploy.local.load.LoadCommand}. Each measurement starts its own
 * broker and scheduler, puts load on them, reads the event log as a stranger would and prints what
 * it saw. Nothing is asked of the scheduler that any client could not ask.
 */
@NullMarked
package dev.hejin.deploy.local.load;

import org.jspecify.annotations.NullMarked;
