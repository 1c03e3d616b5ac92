package io.claviger.core.query;

import java.util.List;

/**
 * One operator with its operand, for a field that is no tag field (QRY-4, QRY-6).
 *
 * <p>A field has any number of values: an array its elements, another field one, a missing field
 * none. A test asks whether <em>some</em> value satisfies it; {@link NotEqual} and {@link NotAmong}
 * ask whether none is like that (QRY-7, QRY-8). So {@code $ne} and {@code $nin} hold for a missing
 * field, and nothing else does but {@code $eq} with null. Values of different types are neither
 * equal nor in an order (QRY-12).
 */
public sealed interface ValueTest {
  /** {@code $eq}: some value is this; with null, there is no value. */
  record Equal(Literal value) implements ValueTest {}

  /** {@code $ne}: no value is this; with null, there is some value. */
  record NotEqual(Literal value) implements ValueTest {}

  /** {@code $gt $gte $lt $lte}: some value stands on that side. Texts go by code points. */
  record Ordered(Order order, Literal value) implements ValueTest {}

  /** {@code $in}: some value is one of these. */
  record Among(List<Literal> values) implements ValueTest {
    public Among {
      values = List.copyOf(values);
    }
  }

  /** {@code $nin}: no value is one of these. */
  record NotAmong(List<Literal> values) implements ValueTest {
    public NotAmong {
      values = List.copyOf(values);
    }
  }

  /**
   * {@code $startsWith $endsWith $contains}: some value is a text with that part.
   *
   * @param part not empty
   */
  record Partial(Position position, String part) implements ValueTest {
    public Partial {
      if (part.isEmpty()) {
        throw new IllegalArgumentException("a part has at least one character");
      }
    }
  }

  /** The side on which a value stands. */
  enum Order {
    GREATER,
    GREATER_OR_EQUAL,
    LESS,
    LESS_OR_EQUAL
  }

  /** Where in a text its part stands. */
  enum Position {
    START,
    END,
    ANYWHERE
  }
}
