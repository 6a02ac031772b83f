package dev.hejin.client;

import java.util.UUID;

/** Ids under which a change may be asked for again, and is made once. */
final class RequestIds {
  private RequestIds() {}

  static String next() {
    return UUID.randomUUID().toString();
  }
}
