package dev.hejin.deploy.local.cluster;

import io.grpc.MethodDescriptor;
import io.grpc.Server;
import io.grpc.ServerServiceDefinition;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.protobuf.ProtoUtils;
import io.grpc.stub.ServerCalls;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceResponse;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.Span;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Takes spans by OTLP over gRPC, as an OpenTelemetry collector does, and keeps them. */
final class TraceCollector implements AutoCloseable {
  private static final String SERVICE = "opentelemetry.proto.collector.trace.v1.TraceService";

  /**
   * A span and who sent it.
   *
   * @param service {@code service.name} of the process
   * @param trace id, hexadecimal
   */
  record Received(String service, String trace, String name) {}

  private final List<Received> spans = new CopyOnWriteArrayList<>();
  private final Server server;

  TraceCollector() throws IOException {
    MethodDescriptor<ExportTraceServiceRequest, ExportTraceServiceResponse> export =
        MethodDescriptor.<ExportTraceServiceRequest, ExportTraceServiceResponse>newBuilder()
            .setType(MethodDescriptor.MethodType.UNARY)
            .setFullMethodName(MethodDescriptor.generateFullMethodName(SERVICE, "Export"))
            .setRequestMarshaller(
                ProtoUtils.marshaller(ExportTraceServiceRequest.getDefaultInstance()))
            .setResponseMarshaller(
                ProtoUtils.marshaller(ExportTraceServiceResponse.getDefaultInstance()))
            .build();
    server =
        NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
            .addService(
                ServerServiceDefinition.builder(SERVICE)
                    .addMethod(
                        export,
                        ServerCalls.asyncUnaryCall(
                            (request, response) -> {
                              request.getResourceSpansList().forEach(this::take);
                              response.onNext(ExportTraceServiceResponse.getDefaultInstance());
                              response.onCompleted();
                            }))
                    .build())
            .build()
            .start();
  }

  private void take(ResourceSpans from) {
    String service =
        from.getResource().getAttributesList().stream()
            .filter(attribute -> attribute.getKey().equals("service.name"))
            .map(KeyValue::getValue)
            .map(value -> value.getStringValue())
            .findFirst()
            .orElse("");
    from.getScopeSpansList()
        .forEach(scope -> scope.getSpansList().forEach(span -> take(service, span)));
  }

  private void take(String service, Span span) {
    String trace = HexFormat.of().formatHex(span.getTraceId().toByteArray());
    spans.add(new Received(service, trace, span.getName()));
  }

  String endpoint() {
    return "http://127.0.0.1:" + server.getPort();
  }

  List<Received> spans() {
    return List.copyOf(spans);
  }

  @Override
  public void close() {
    server.shutdownNow();
  }
}
