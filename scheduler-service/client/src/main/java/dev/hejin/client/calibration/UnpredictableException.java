package dev.hejin.client.calibration;

/** One row cannot be predicted, and why; the other rows can. */
final class UnpredictableException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  UnpredictableException(String reason) {
    super(reason);
  }

  String reason() {
    String message = String.valueOf(getMessage());
    return message.replace('\n', ' ');
  }
}
