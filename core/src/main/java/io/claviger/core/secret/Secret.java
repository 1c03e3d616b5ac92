package io.claviger.core.secret;

import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * A new secret on its way to the one reply that shows it. It cannot be printed, compared, used as a
 * key or read a second time, so it cannot end up in a log or a store by accident; what is kept is
 * its {@link #digest()}.
 *
 * <p>For texts drawn at random. A password somebody chose must never be digested this fast: see
 * {@link NewPassword}.
 */
public final class Secret {
  private final AtomicReference<@Nullable String> text;
  private final Digest digest;

  Secret(String text) {
    this.text = new AtomicReference<>(text);
    this.digest = Digest.of(text);
  }

  /**
   * The text itself, once.
   *
   * @throws IllegalStateException when it was revealed before
   */
  public String revealOnce() {
    String revealed = text.getAndSet(null);
    if (revealed == null) {
      throw new IllegalStateException("this secret was revealed before");
    }
    return revealed;
  }

  /** What the store sees; available before and after the text was revealed. */
  public Digest digest() {
    return digest;
  }

  /**
   * Not supported: compare digests.
   *
   * @throws UnsupportedOperationException always
   */
  @Override
  public boolean equals(@Nullable Object other) {
    throw new UnsupportedOperationException("compare digests, not secrets");
  }

  /**
   * Not supported: use the digest as the key.
   *
   * @throws UnsupportedOperationException always
   */
  @Override
  public int hashCode() {
    throw new UnsupportedOperationException("use the digest as the key, not the secret");
  }

  @Override
  public String toString() {
    return "Secret[redacted]";
  }
}
