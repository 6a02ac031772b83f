/**
 * {@code ./hejin import}: what serving engines record and place, as loads and plans of Hejin.
 *
 * <p>Start at {@link dev.hejin.client.importer.ImportCommand}. {@code LoadFiles} reads recorded
 * expert loads, {@code PlacementFiles} placements; both tell the form from the file itself.
 *
 * <p>Promises: sums are kept, never whole recordings; nothing in a file is executed; a file that
 * says too little for a plan (devices, dense layers) is refused with the option that says it.
 */
@NullMarked
package dev.hejin.client.importer;

import org.jspecify.annotations.NullMarked;
