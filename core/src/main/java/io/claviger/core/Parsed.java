package io.claviger.core;

import java.util.Optional;
import java.util.function.Function;

/**
 * The result of reading text that came from outside: either a valid value or the reason why there
 * is none. User input is expected to be wrong, so a parser returns this and never throws.
 *
 * @param <T> the type of the value
 */
public sealed interface Parsed<T> {
  /**
   * The text was well formed.
   *
   * @param value what it means
   */
  record Ok<T>(T value) implements Parsed<T> {}

  /**
   * The text was refused.
   *
   * @param reason one clause for the person who sent it, such as {@code must not be empty}; never
   *     repeats a secret
   */
  record Rejected<T>(String reason) implements Parsed<T> {}

  static <T> Parsed<T> ok(T value) {
    return new Ok<>(value);
  }

  static <T> Parsed<T> rejected(String reason) {
    return new Rejected<>(reason);
  }

  /** The value, or empty when the text was refused. */
  default Optional<T> toOptional() {
    return switch (this) {
      case Ok<T>(T value) -> Optional.of(value);
      case Rejected<T> _ -> Optional.empty();
    };
  }

  /** The same result with another value; a rejection stays what it is. */
  default <R> Parsed<R> map(Function<? super T, ? extends R> mapper) {
    return switch (this) {
      case Ok<T>(T value) -> ok(mapper.apply(value));
      case Rejected<T>(String reason) -> rejected(reason);
    };
  }

  /**
   * The value.
   *
   * @throws IllegalArgumentException with the reason when the text was refused; for text the
   *     program wrote itself
   */
  default T orThrow() {
    return switch (this) {
      case Ok<T>(T value) -> value;
      case Rejected<T>(String reason) -> throw new IllegalArgumentException(reason);
    };
  }
}
