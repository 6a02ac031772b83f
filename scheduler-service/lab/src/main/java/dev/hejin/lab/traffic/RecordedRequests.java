package dev.hejin.lab.traffic;

/** Requests of a trace, from its first on. */
final class RecordedRequests implements RequestSource {
  private final TraceFile trace;
  private final double speed;
  private int at;

  RecordedRequests(TraceFile trace, double speed) {
    this.trace = trace;
    this.speed = speed;
  }

  @Override
  public double seconds() {
    return at < trace.size()
        ? (trace.seconds(at) - trace.seconds(0)) / speed
        : Double.POSITIVE_INFINITY;
  }

  @Override
  public int promptTokens() {
    return trace.promptTokens(at);
  }

  @Override
  public int outputTokens() {
    return trace.outputTokens(at);
  }

  @Override
  public void next() {
    at++;
  }
}
