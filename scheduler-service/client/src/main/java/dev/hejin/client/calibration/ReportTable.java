package dev.hejin.client.calibration;

import java.util.Map;

/**
 * Errors by some key.
 *
 * @param title what was predicted and what was left out
 * @param key name of the first column
 * @param rows statistics by key, in order
 * @param total of all rows
 * @param quantity what the groups are ranked by; empty when they are not
 */
record ReportTable(
    String title,
    String key,
    Map<String, ErrorStatistics> rows,
    ErrorStatistics total,
    String quantity) {}
