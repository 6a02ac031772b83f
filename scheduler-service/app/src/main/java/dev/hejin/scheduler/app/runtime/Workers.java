package dev.hejin.scheduler.app.runtime;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** Makes what works beside the control loop; a simulation gives its own, without threads. */
@FunctionalInterface
interface Workers {
  /** Each a thread of its own. */
  Workers THREADS =
      name ->
          Executors.newSingleThreadExecutor(
              task -> Thread.ofPlatform().name(name).daemon(true).unstarted(task));

  /** One worker: tasks one after the other, as they came. */
  ExecutorService one(String name);
}
