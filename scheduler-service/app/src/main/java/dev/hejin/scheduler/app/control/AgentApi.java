package dev.hejin.scheduler.app.control;

import dev.hejin.proto.agent.v1.AgentServiceGrpc;
import dev.hejin.proto.agent.v1.ConnectRequest;
import dev.hejin.proto.agent.v1.ConnectResponse;
import dev.hejin.scheduler.app.config.SchedulerConfig;
import dev.hejin.scheduler.app.runtime.SchedulerRuntime;
import dev.hejin.scheduler.app.security.Callers;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import io.quarkus.grpc.GrpcService;

/** Accepts agents' streams. */
@GrpcService
public class AgentApi extends AgentServiceGrpc.AgentServiceImplBase {
  private final SchedulerRuntime runtime;
  private final SchedulerConfig config;

  AgentApi(SchedulerRuntime runtime, SchedulerConfig config) {
    this.runtime = runtime;
    this.config = config;
  }

  @Override
  public StreamObserver<ConnectRequest> connect(StreamObserver<ConnectResponse> responses) {
    return new AgentStream(
        runtime,
        config.agents(),
        Callers.current(),
        (ServerCallStreamObserver<ConnectResponse>) responses);
  }
}
