package io.claviger.store;

/** A read took longer than reads may take, and was ended; answer that less must be asked for. */
public final class StoreTimeout extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public StoreTimeout(Throwable cause) {
    super("a read took too long", cause);
  }
}
