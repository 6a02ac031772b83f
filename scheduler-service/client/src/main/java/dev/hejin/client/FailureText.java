package dev.hejin.client;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.rpc.BadRequest;
import com.google.rpc.PreconditionFailure;
import com.google.rpc.QuotaFailure;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** What a failed call means for the person who made it. */
public final class FailureText {
  private FailureText() {}

  /** The failure in words, with its exit code. */
  public static CommandFailure of(StatusRuntimeException failure, SchedulerAddress address) {
    Status status = failure.getStatus();
    return switch (status.getCode()) {
      case UNAVAILABLE -> unavailable(failure, address);
      case DEADLINE_EXCEEDED ->
          CommandFailure.unreachable(
              "the scheduler at " + address + " gave no answer in time\nMaybe raise --timeout.");
      case UNIMPLEMENTED ->
          CommandFailure.unreachable(
              "what listens at "
                  + address
                  + " does not offer this call\nMaybe it is no Hejin scheduler, or an older one.");
      default -> CommandFailure.refused(words(failure));
    };
  }

  private static CommandFailure unavailable(
      StatusRuntimeException failure, SchedulerAddress address) {
    Throwable cause = failure.getStatus().getCause();
    if (isUnreachable(cause)) {
      return unreachable(address);
    }
    for (Throwable t = cause; t != null; t = t.getCause()) {
      if (t instanceof SSLException) {
        return CommandFailure.unreachable(
            "no secure connection to the scheduler at "
                + address
                + ": "
                + t.getMessage()
                + "\nMaybe --tls-ca names another authority, or a certificate has expired, is of"
                + " an authority that the other end does not know, or is for another name"
                + " (--tls-server-name).");
      }
    }
    String hint =
        String.valueOf(failure.getStatus().getDescription()).contains("Network closed")
            ? " has just ended, or asks for TLS: give --tls-ca, --tls-cert and --tls-key."
            : " has lost its event log, or has just ended; try again.";
    return CommandFailure.unreachable(
        words(failure) + "\nMaybe the scheduler at " + address + hint);
  }

  static CommandFailure unreachable(SchedulerAddress address) {
    return CommandFailure.unreachable(
        "no scheduler at " + address + "\nMaybe start one with ./hejin up");
  }

  private static boolean isUnreachable(@Nullable Throwable cause) {
    for (Throwable t = cause; t != null; t = t.getCause()) {
      if (t instanceof ConnectException || t instanceof UnknownHostException) {
        return true;
      }
    }
    return false;
  }

  private static String words(StatusRuntimeException failure) {
    List<String> lines = new ArrayList<>();
    String description = failure.getStatus().getDescription();
    List<String> details = details(failure);
    if (description != null && !description.isBlank()) {
      String text = description.strip();
      // A violation that says the same with its field in front says it better.
      if (details.stream().noneMatch(line -> line.endsWith(": " + text))) {
        lines.add(text);
      }
    } else if (details.isEmpty()) {
      lines.add("the scheduler answered " + failure.getStatus().getCode());
    }
    details.stream().filter(line -> !lines.contains(line)).forEach(lines::add);
    return String.join("\n", lines);
  }

  private static List<String> details(StatusRuntimeException failure) {
    List<String> lines = new ArrayList<>();
    com.google.rpc.Status status = StatusProto.fromThrowable(failure);
    if (status == null) {
      return lines;
    }
    for (Any detail : status.getDetailsList()) {
      try {
        add(detail, lines);
      } catch (InvalidProtocolBufferException e) {
        lines.add(detail.getTypeUrl() + ": cannot be read");
      }
    }
    return lines;
  }

  private static void add(Any detail, List<String> lines) throws InvalidProtocolBufferException {
    if (detail.is(BadRequest.class)) {
      detail
          .unpack(BadRequest.class)
          .getFieldViolationsList()
          .forEach(v -> lines.add(line(v.getField(), v.getDescription())));
    } else if (detail.is(PreconditionFailure.class)) {
      detail
          .unpack(PreconditionFailure.class)
          .getViolationsList()
          .forEach(v -> lines.add(line(v.getSubject(), v.getDescription())));
    } else if (detail.is(QuotaFailure.class)) {
      detail
          .unpack(QuotaFailure.class)
          .getViolationsList()
          .forEach(v -> lines.add(line(v.getSubject(), v.getDescription())));
    }
  }

  private static String line(String subject, String reason) {
    return subject.isBlank() ? reason : subject + ": " + reason;
  }
}
