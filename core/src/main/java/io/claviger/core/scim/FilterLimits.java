package io.claviger.core.scim;

/** How large a filter or a path may be, so that the work for it is bounded. */
public final class FilterLimits {
  /** Characters. */
  public static final int LENGTH_MAX = 8_192;

  /** Parentheses and brackets inside one another; nothing sensible comes near. */
  public static final int DEPTH_MAX = 20;

  /** Comparisons in one filter. */
  public static final int TESTS_MAX = 200;

  private FilterLimits() {}
}
