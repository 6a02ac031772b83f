/**
 * What people type: commands that talk to the scheduler over gRPC and print tables or JSON.
 *
 * <p>Start at {@link dev.hejin.client.ClientCommands}; each command is one class, what it prints is
 * in the classes named {@code ...Text}.
 *
 * <p>Promises: exit code 0 done, 1 refused, 2 wrong usage, 3 no scheduler; results on standard
 * output, everything else on standard error; a figure that nobody knows prints as {@code unknown}.
 */
@NullMarked
package dev.hejin.client;

import org.jspecify.annotations.NullMarked;
