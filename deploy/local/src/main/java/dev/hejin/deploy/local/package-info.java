/**
 * The program behind {@code ./hejin}: every client command, and {@code up}, which runs a whole
 * cluster on this machine and judges it.
 *
 * <p>Start at {@link dev.hejin.deploy.local.HejinCommand}, then {@code UpCommand}.
 *
 * <p>Promises: no process outlives {@code up}; what {@code up} prints about devices is labelled
 * simulated; a check passes only on figures that the scheduler did not make.
 */
@NullMarked
package dev.hejin.deploy.local;

import org.jspecify.annotations.NullMarked;
