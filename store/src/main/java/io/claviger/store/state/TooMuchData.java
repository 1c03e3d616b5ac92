package io.claviger.store.state;

/** The answer would be too long, or too much would have to be read for it. Says so and no more. */
public final class TooMuchData extends RuntimeException {
  private static final long serialVersionUID = 1L;

  TooMuchData() {
    super("more data than one answer can hold", null, false, false);
  }
}
