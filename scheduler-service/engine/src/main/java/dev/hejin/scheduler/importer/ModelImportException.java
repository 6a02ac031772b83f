package dev.hejin.scheduler.importer;

/** A model configuration that cannot be read, with the field that is at fault. */
public final class ModelImportException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  private final String field;

  /**
   * @param field path of the field, {@code text_config.hidden_size} for example
   * @param problem what is wrong, with the value
   * @param fix the likely fix, to follow "Maybe "
   */
  ModelImportException(String field, String problem, String fix) {
    super(problem + "\nMaybe " + fix);
    this.field = field;
  }

  /** Path of the field at fault; {@code (root)} for the document itself. */
  public String field() {
    return field;
  }
}
