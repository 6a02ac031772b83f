package dev.hejin.deploy.local.cluster;

import dev.hejin.client.SchedulerAddress;
import dev.hejin.proto.telemetry.v1.DeviceSample;
import dev.hejin.proto.telemetry.v1.ExpertSample;
import dev.hejin.testing.RawBytes;
import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.ClientCalls;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** What a scheduler must not mind, from one seed. */
final class Rubbish {
  private static final String DEVICE_TOPIC = "hejin.telemetry.device";
  private static final String EXPERT_TOPIC = "hejin.telemetry.expert";
  private static final byte[] HTTP_2 = ascii("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
  private static final int MOST_BYTES = 2000;
  private static final int CALL_SECONDS = 5;
  private static final int SEND_SECONDS = 30;
  private static final RawBytes RAW = new RawBytes();

  private final Random random;

  Rubbish(long seed) {
    this.random = new Random(seed);
  }

  private byte[] bytes() {
    byte[] bytes = new byte[1 + random.nextInt(MOST_BYTES)];
    random.nextBytes(bytes);
    return bytes;
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  /** Connections that say nonsense or nothing, half of them half-closed; all stay open. */
  List<Socket> connect(SchedulerAddress address, int count) {
    List<Socket> sockets = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      try {
        Socket socket = new Socket(address.host(), address.port());
        sockets.add(socket);
        say(socket, i);
      } catch (IOException e) {
        throw new UncheckedIOException("connection " + i, e);
      }
    }
    return sockets;
  }

  /** A peer that hangs up on nonsense in the middle of it is right. */
  private void say(Socket socket, int number) {
    try {
      OutputStream out = socket.getOutputStream();
      switch (number % 5) {
        case 0 -> out.write(bytes());
        case 1 -> out.write(ascii("GET / HTTP/1.1\r\nHost: x\r\n\r\n"));
        case 2 -> out.write(HTTP_2);
        case 3 -> {
          out.write(HTTP_2);
          out.write(bytes());
        }
        default -> out.flush();
      }
      if (number % 2 == 0) {
        socket.shutdownOutput();
      }
    } catch (IOException e) {
      return;
    }
  }

  /** Calls a method with what is no message. */
  Status.Code call(SchedulerAddress address, String method) {
    ManagedChannel channel =
        NettyChannelBuilder.forAddress(address.host(), address.port()).usePlaintext().build();
    try {
      byte[] unused =
          ClientCalls.blockingUnaryCall(
              channel,
              MethodDescriptor.<byte[], byte[]>newBuilder()
                  .setType(MethodDescriptor.MethodType.UNARY)
                  .setFullMethodName(method)
                  .setRequestMarshaller(RAW)
                  .setResponseMarshaller(RAW)
                  .build(),
              CallOptions.DEFAULT.withDeadlineAfter(CALL_SECONDS, TimeUnit.SECONDS),
              brokenMessage());
      return Status.Code.OK;
    } catch (StatusRuntimeException e) {
      return e.getStatus().getCode();
    } finally {
      channel.shutdownNow();
    }
  }

  /** Field 1 promises more bytes than follow. */
  private byte[] brokenMessage() {
    byte[] bytes = bytes();
    byte[] message = new byte[bytes.length + 3];
    System.arraycopy(bytes, 0, message, 3, bytes.length);
    message[0] = 0x0a;
    message[1] = (byte) 0xff;
    message[2] = 0x7f;
    return message;
  }

  /**
   * Telemetry that no agent sends: no protobuf, wrong keys, impossible figures, devices, layers and
   * deployments that are not there.
   */
  void produce(String bootstrap, String deployment, String device, int rounds)
      throws InterruptedException {
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(
            Map.of(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrap),
            new ByteArraySerializer(),
            new ByteArraySerializer())) {
      List<Future<?>> sent = new ArrayList<>();
      for (int round = 0; round < rounds; round++) {
        for (ProducerRecord<byte[], byte[]> record : records(deployment, device, round)) {
          sent.add(producer.send(record));
        }
      }
      for (Future<?> each : sent) {
        each.get(SEND_SECONDS, TimeUnit.SECONDS);
      }
    } catch (ExecutionException | TimeoutException e) {
      throw new AssertionError("the broker does not take a record", e);
    }
  }

  private List<ProducerRecord<byte[], byte[]>> records(
      String deployment, String device, int round) {
    String ghost = "ghost-" + round;
    int layer = 1000 + round;
    return List.of(
        new ProducerRecord<>(DEVICE_TOPIC, ascii(device), bytes()),
        new ProducerRecord<>(DEVICE_TOPIC, bytes(), bytes()),
        new ProducerRecord<>(DEVICE_TOPIC, null, bytes()),
        new ProducerRecord<>(DEVICE_TOPIC, ascii(device), null),
        record(DEVICE_TOPIC, "another/0", sample(device, deployment)),
        record(DEVICE_TOPIC, device, sample(device, deployment).setAttentionSeconds(Double.NaN)),
        record(DEVICE_TOPIC, device, sample(device, deployment).setExpertSeconds(-1)),
        record(DEVICE_TOPIC, device, sample(device, deployment).setSteps(-1)),
        record(DEVICE_TOPIC, ghost + "/0", sample(ghost + "/0", deployment)),
        record(DEVICE_TOPIC, ghost, sample(ghost, "")),
        new ProducerRecord<>(EXPERT_TOPIC, ascii(deployment + "/0"), bytes()),
        new ProducerRecord<>(EXPERT_TOPIC, ascii(deployment + "/none"), bytes()),
        new ProducerRecord<>(EXPERT_TOPIC, null, null),
        record(EXPERT_TOPIC, deployment + "/0", experts(deployment, 0).addExperts(5)),
        record(EXPERT_TOPIC, deployment + "/0", experts(deployment, 0).addExperts(-1).addTokens(1)),
        record(EXPERT_TOPIC, deployment + "/0", experts(deployment, 0).addExperts(1).addTokens(-1)),
        record(
            EXPERT_TOPIC,
            deployment + "/" + layer,
            experts(deployment, layer).addExperts(1).addTokens(1)),
        record(
            EXPERT_TOPIC,
            ghost + "/" + round,
            experts(ghost, round).addExperts((1 << 16) - 1).addTokens(1)),
        record(
            EXPERT_TOPIC,
            ghost + "/" + layer,
            experts(ghost, layer).addExperts((1 << 12) - 1).addTokens(1)));
  }

  private static DeviceSample.Builder sample(String device, String deployment) {
    return DeviceSample.newBuilder()
        .setDeviceId(device)
        .setDeploymentId(deployment)
        .setSteps(1)
        .setAttentionSeconds(1);
  }

  private static ExpertSample.Builder experts(String deployment, int layer) {
    return ExpertSample.newBuilder().setDeploymentId(deployment).setLayer(layer);
  }

  private static ProducerRecord<byte[], byte[]> record(
      String topic, String key, com.google.protobuf.MessageLite.Builder value) {
    return new ProducerRecord<>(topic, ascii(key), value.build().toByteArray());
  }
}
