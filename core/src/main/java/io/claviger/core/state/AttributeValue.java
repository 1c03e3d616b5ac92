package io.claviger.core.state;

import java.math.BigDecimal;
import java.util.Locale;

/** The value of an attribute, as reported or as kept. */
public sealed interface AttributeValue {
  /**
   * A number.
   *
   * @param value finite
   */
  record Numeric(double value) implements AttributeValue {
    public Numeric {
      if (!Double.isFinite(value)) {
        throw new IllegalArgumentException("a number is finite");
      }
      // One zero, so that what is equal is equal.
      value = value == 0 ? 0 : value;
    }
  }

  /**
   * A text: also a place, as {@code latitude,longitude}, and what is no text but encoded as one.
   */
  record Text(String value) implements AttributeValue {}

  /** Yes or no. */
  record Flag(boolean value) implements AttributeValue {}

  /** A number as people write it: without an exponent where that is short, no zeros at the end. */
  static String text(double value) {
    BigDecimal exact = new BigDecimal(Double.toString(value)).stripTrailingZeros();
    boolean plain = Math.abs((long) exact.precision() - exact.scale()) <= 21;
    return exact.signum() == 0
        ? "0"
        : plain ? exact.toPlainString() : exact.toString().toLowerCase(Locale.ROOT);
  }
}
