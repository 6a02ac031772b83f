package dev.hejin.lab.scenario;

/** What a request must meet to count as good: time to first token, mean time between tokens. */
public record Limits(double ttftSeconds, double tpotMillis) {}
