package dev.hejin.agent.app.measure;

/** Why a device could not be measured. */
public final class MeasurementFailure extends Exception {
  private static final long serialVersionUID = 1;

  /**
   * @param message with a line that begins with "Maybe"
   */
  public MeasurementFailure(String message) {
    super(message);
  }
}
