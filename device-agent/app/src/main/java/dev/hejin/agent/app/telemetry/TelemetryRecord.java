package dev.hejin.agent.app.telemetry;

import com.google.protobuf.MessageLite;

/** What goes to one topic. */
record TelemetryRecord(String topic, String key, MessageLite value) {}
