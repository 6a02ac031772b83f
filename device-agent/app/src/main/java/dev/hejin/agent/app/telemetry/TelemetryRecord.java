package dev.hejin.agent.app.telemetry;

import com.google.protobuf.MessageLite;

/**
 * What goes to one topic.
 *
 * @param samples that it holds
 */
record TelemetryRecord(String topic, String key, MessageLite value, int samples) {}
