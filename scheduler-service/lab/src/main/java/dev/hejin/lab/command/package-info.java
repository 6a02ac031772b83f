/**
 * Commands of the lab: {@code list}, {@code run}, {@code compare}, {@code advise}.
 *
 * <p>Start at {@link dev.hejin.lab.command.LabCommand}. Here, and only here, is the clock: for the
 * progress, never for a result.
 */
@NullMarked
package dev.hejin.lab.command;

import org.jspecify.annotations.NullMarked;
