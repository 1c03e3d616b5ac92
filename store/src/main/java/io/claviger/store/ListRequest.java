package io.claviger.store;

import java.util.Optional;

/**
 * Which page of a list is wanted (WIR-10 to WIR-13).
 *
 * @param page from 0
 * @param perPage 1 to {@link #PER_PAGE_MAX}
 * @param sortField a name on the wire, such as {@code creationDate}
 * @param direction of the sort
 * @param filter keeps only what matches; empty keeps all
 */
public record ListRequest(
    int page, int perPage, String sortField, SortDirection direction, Optional<Filter> filter) {

  /** Items of a page when the caller says nothing (WIR-11). */
  public static final int PER_PAGE_DEFAULT = 100;

  /** The most items of a page (WIR-11). */
  public static final int PER_PAGE_MAX = 1000;

  public ListRequest {
    if (page < 0) {
      throw new IllegalArgumentException("page must be 0 or more");
    }
    if (perPage < 1 || perPage > PER_PAGE_MAX) {
      throw new IllegalArgumentException("perPage must be 1 to " + PER_PAGE_MAX);
    }
  }

  /** The first page, up. */
  public static ListRequest firstBy(String sortField) {
    return new ListRequest(
        0, PER_PAGE_DEFAULT, sortField, SortDirection.ASCENDING, Optional.empty());
  }

  /** Up or down; ties go by identifier in the same direction. */
  public enum SortDirection {
    ASCENDING("asc"),
    DESCENDING("desc");

    private final String wireName;

    SortDirection(String wireName) {
      this.wireName = wireName;
    }

    /** {@code asc} or {@code desc}. */
    public String wireName() {
      return wireName;
    }
  }

  /**
   * Keeps the items whose field matches.
   *
   * @param field a name on the wire
   * @param glob what it must match
   */
  public record Filter(String field, Glob glob) {}
}
