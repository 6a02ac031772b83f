package dev.hejin.deploy.local.screen;

/** Where a run shows how it goes. */
public interface Screen extends AutoCloseable {
  /** Something happened. */
  void event(String line);

  @Override
  void close();
}
