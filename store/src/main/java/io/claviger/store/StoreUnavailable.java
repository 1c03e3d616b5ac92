package io.claviger.store;

/**
 * The database did not answer in time, cannot be reached or has no room; answer 503. Whether a
 * write that ends so was committed is not known when the connection broke during the commit.
 */
public final class StoreUnavailable extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public StoreUnavailable(String message) {
    super(message);
  }

  public StoreUnavailable(String message, Throwable cause) {
    super(message, cause);
  }
}
