package dev.hejin.scheduler.app.api;

import com.google.rpc.Code;
import dev.hejin.proto.deployment.v1.WatchDeploymentResponse;
import dev.hejin.scheduler.app.codec.Replies;
import dev.hejin.scheduler.app.codec.ViewCodec;
import dev.hejin.scheduler.app.port.DeploymentView;
import dev.hejin.scheduler.app.runtime.SchedulerRuntime;
import io.grpc.stub.ServerCallStreamObserver;
import java.util.List;
import java.util.TreeMap;

/**
 * One watcher of a deployment or of a service's pipelines. Holds at most one view of each that was
 * not sent: a slow reader misses views in between, never the last, and never holds the scheduler
 * up.
 */
final class WatchStream {
  private final boolean includePlan;
  private final ServerCallStreamObserver<WatchDeploymentResponse> observer;
  private final TreeMap<String, DeploymentView> waiting = new TreeMap<>();
  private boolean over;
  private boolean done;

  private WatchStream(
      boolean includePlan, ServerCallStreamObserver<WatchDeploymentResponse> observer) {
    this.includePlan = includePlan;
    this.observer = observer;
  }

  static void open(
      SchedulerRuntime runtime,
      String name,
      boolean includePlan,
      ServerCallStreamObserver<WatchDeploymentResponse> observer) {
    WatchStream stream = new WatchStream(includePlan, observer);
    observer.setOnReadyHandler(stream::drain);
    SchedulerRuntime.Watcher watcher = stream::changed;
    observer.setOnCancelHandler(
        () -> {
          stream.stop();
          runtime.unwatch(name, watcher);
        });
    runtime.watch(name, watcher);
  }

  private synchronized void changed(List<DeploymentView> views) {
    views.forEach(view -> waiting.put(view.entry().spec().name(), view));
    over |= views.isEmpty();
    drain();
  }

  private synchronized void drain() {
    while (!done && observer.isReady() && !waiting.isEmpty()) {
      DeploymentView view = waiting.pollFirstEntry().getValue();
      observer.onNext(
          WatchDeploymentResponse.newBuilder()
              .setDeployment(ViewCodec.toProto(view, includePlan))
              .setRevision(view.revision())
              .build());
    }
    if (done || !observer.isReady()) {
      return;
    }
    if (over) {
      done = true;
      observer.onError(Replies.violation(Code.NOT_FOUND, "name", "no such deployment"));
    }
  }

  private synchronized void stop() {
    done = true;
  }
}
