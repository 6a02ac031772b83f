package dev.hejin.scheduler.app.api;

import com.google.rpc.Code;
import dev.hejin.scheduler.app.codec.Replies;
import java.util.List;

/** Pages of lists whose items have ordered names: a token is the last name of the page before. */
final class Pages {
  private static final int MOST = 1000;

  private Pages() {}

  /** A page of a sorted list. */
  record Page<T>(List<T> items, String nextToken) {}

  static <T> Page<T> of(
      List<T> sorted,
      java.util.function.Function<T, String> name,
      int pageSize,
      int defaultSize,
      String token) {
    if (pageSize < 0 || pageSize > MOST) {
      throw Replies.violation(
          Code.INVALID_ARGUMENT,
          "page_size",
          "page size is " + pageSize + "\nMaybe leave it out; 1 to " + MOST + " are allowed.");
    }
    int size = pageSize == 0 ? defaultSize : pageSize;
    List<T> rest =
        sorted.stream().filter(item -> token.isEmpty() || after(name.apply(item), token)).toList();
    List<T> items = rest.subList(0, Math.min(size, rest.size()));
    String next = rest.size() > size ? name.apply(items.getLast()) : "";
    return new Page<>(items, next);
  }

  private static boolean after(String name, String token) {
    return name.compareTo(token) > 0;
  }
}
