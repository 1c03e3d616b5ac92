package io.claviger.core.scim;

import java.math.BigDecimal;

/** A condition on a resource, or on one value of an attribute (RFC 7644 section 3.4.2.2). */
public sealed interface Filter {
  /** What an attribute is compared with. */
  sealed interface Literal {
    /** A text. */
    record Text(String text) implements Literal {}

    /** A number. */
    record Amount(BigDecimal number) implements Literal {}

    /** True or false. */
    record Flag(boolean flag) implements Literal {}

    /** The absence of a value. */
    record Null() implements Literal {}
  }

  /** Both hold. */
  record And(Filter left, Filter right) implements Filter {}

  /** One of them holds. */
  record Or(Filter left, Filter right) implements Filter {}

  /** It does not hold. */
  record Not(Filter inner) implements Filter {}

  /** The attribute has a value that is not empty. */
  record Present(AttributePath attribute) implements Filter {}

  /** A value of the attribute compares like that. */
  record Compare(AttributePath attribute, Comparison comparison, Literal literal)
      implements Filter {}

  /**
   * One and the same value of the attribute satisfies a filter over its sub-attributes, as in
   * {@code emails[type eq "work" and value co "@example.com"]}.
   */
  record Value(AttributePath attribute, Filter filter) implements Filter {}
}
