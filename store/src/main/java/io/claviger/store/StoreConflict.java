package io.claviger.store;

/**
 * The write would have made a second row where there may be one, such as a second account with the
 * same address. Nothing was written.
 */
public final class StoreConflict extends RuntimeException {
  private static final long serialVersionUID = 1L;

  StoreConflict(Throwable cause) {
    super("the database holds such a row already", cause);
  }
}
