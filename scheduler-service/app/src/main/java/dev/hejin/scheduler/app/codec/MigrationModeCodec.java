package dev.hejin.scheduler.app.codec;

import dev.hejin.proto.deployment.v1.MigrationMode;
import dev.hejin.scheduler.lifecycle.MigrationHold;

/** Whether the way to a target goes on. */
public final class MigrationModeCodec {
  private MigrationModeCodec() {}

  public static MigrationMode toProto(MigrationHold.Mode mode) {
    return switch (mode) {
      case RUNNING -> MigrationMode.MIGRATION_MODE_RUNNING;
      case PAUSED -> MigrationMode.MIGRATION_MODE_PAUSED;
      case HELD -> MigrationMode.MIGRATION_MODE_HELD;
    };
  }

  static MigrationHold.Mode fromProto(MigrationMode mode) {
    return switch (mode) {
      case MIGRATION_MODE_UNSPECIFIED, MIGRATION_MODE_RUNNING -> MigrationHold.Mode.RUNNING;
      case MIGRATION_MODE_PAUSED -> MigrationHold.Mode.PAUSED;
      case MIGRATION_MODE_HELD -> MigrationHold.Mode.HELD;
      case UNRECOGNIZED ->
          throw new InvalidMessageException(
              "mode", "is none of running, paused, held\nMaybe a newer scheduler wrote it.");
    };
  }
}
