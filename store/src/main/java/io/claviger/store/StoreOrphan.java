package io.claviger.store;

/**
 * The write would have made a row beneath another one that is not there, such as a device in an
 * application that was deleted a moment before. Nothing was written.
 */
public final class StoreOrphan extends RuntimeException {
  private static final long serialVersionUID = 1L;

  StoreOrphan(Throwable cause) {
    super("the database has not the row that this one hangs on", cause);
  }
}
