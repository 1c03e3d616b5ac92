package io.claviger.store.state;

/**
 * The first entries of a range.
 *
 * @param limit at most so many, at least 1
 * @param descending whether the latest come first
 */
public record Slice(TimeRange range, int limit, boolean descending) {
  String order() {
    return descending ? "DESC" : "ASC";
  }
}
