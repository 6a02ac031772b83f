/**
 * What an experiment found, for programs and for people: a JSON file and one HTML page.
 *
 * <p>Start at {@link dev.hejin.lab.report.ResultFile} and {@link
 * dev.hejin.lab.report.ExperimentPage}. Charts are SVG in the page; nothing is loaded.
 *
 * <p>Promises: the same outcome gives the same bytes. No time of day and no duration of the run is
 * in a file.
 */
@NullMarked
package dev.hejin.lab.report;

import org.jspecify.annotations.NullMarked;
