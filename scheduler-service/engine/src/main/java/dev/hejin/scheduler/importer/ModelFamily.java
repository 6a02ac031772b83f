package dev.hejin.scheduler.importer;

/** Reads the layers of the models that share one layout. */
interface ModelFamily {
  /**
   * Reads layers.
   *
   * @param config the part of the document that describes the language model
   * @throws ModelImportException when a field is missing, of a wrong type, absurd or contradictory
   */
  ImportedLayers read(HuggingFaceConfig config, Shape shape);
}
