package io.claviger.store.state;

/**
 * How much one question may read and bring into memory. Spent while reading, so that nothing is
 * gathered that would be thrown away.
 */
public final class Budget {
  /** Values that are looked at. */
  static final long VALUES_MAX = 2_000_000;

  /** Characters that are gathered for an answer, a value counting as so many beside its text. */
  static final long CHARACTERS_MAX = 30_000_000;

  private static final int CHARACTERS_PER_VALUE = 40;

  private long values;
  private long characters;

  /**
   * One value is looked at and not kept.
   *
   * @throws TooMuchData when that was one too many
   */
  public void look() {
    values++;
    if (values > VALUES_MAX) {
      throw new TooMuchData();
    }
  }

  /**
   * One value is kept for the answer.
   *
   * @param length of its text
   * @throws TooMuchData when the answer would be too long
   */
  public void spend(int length) {
    characters += CHARACTERS_PER_VALUE + (long) length;
    if (characters > CHARACTERS_MAX) {
      throw new TooMuchData();
    }
  }
}
