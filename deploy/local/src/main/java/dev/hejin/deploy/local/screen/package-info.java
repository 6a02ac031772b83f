/**
 * What {@code up} shows while it runs: a live picture on a terminal, lines elsewhere.
 *
 * <p>Start at {@link dev.hejin.deploy.local.screen.Screen}.
 */
@NullMarked
package dev.hejin.deploy.local.screen;

import org.jspecify.annotations.NullMarked;
