package io.claviger.store.backup;

import java.io.Serial;

/** A backup cannot be written or restored; the message says why, for the operator. */
public final class BackupProblem extends RuntimeException {
  @Serial private static final long serialVersionUID = 1;

  BackupProblem(String message) {
    super(message);
  }

  BackupProblem(String message, Throwable cause) {
    super(message, cause);
  }
}
