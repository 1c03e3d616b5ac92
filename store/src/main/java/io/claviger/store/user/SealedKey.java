package io.claviger.store.user;

/**
 * A key that only the holder of the installation's secret key can read. It is kept as it comes and
 * cannot be changed.
 */
public final class SealedKey {
  private final byte[] bytes;

  public SealedKey(byte[] bytes) {
    this.bytes = bytes.clone();
  }

  /** As it is kept. */
  public byte[] toBytes() {
    return bytes.clone();
  }

  @Override
  public String toString() {
    return "SealedKey[redacted]";
  }
}
