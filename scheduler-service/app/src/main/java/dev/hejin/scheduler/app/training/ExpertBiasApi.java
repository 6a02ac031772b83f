package dev.hejin.scheduler.app.training;

import dev.hejin.proto.training.v1.BalanceExpertsRequest;
import dev.hejin.proto.training.v1.BalanceExpertsResponse;
import dev.hejin.proto.training.v1.ExpertBiasServiceGrpc;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import io.quarkus.grpc.GrpcService;

/** Accepts streams of training jobs. */
@GrpcService
public class ExpertBiasApi extends ExpertBiasServiceGrpc.ExpertBiasServiceImplBase {

  @Override
  public StreamObserver<BalanceExpertsRequest> balanceExperts(
      StreamObserver<BalanceExpertsResponse> responses) {
    return new BiasStream((ServerCallStreamObserver<BalanceExpertsResponse>) responses);
  }
}
