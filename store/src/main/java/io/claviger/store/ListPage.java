package io.claviger.store;

import java.util.List;

/**
 * One page of a list.
 *
 * @param items in order; empty beyond the end
 * @param totalCount how many items all pages have together
 * @param <T> the type of an item
 */
public record ListPage<T>(List<T> items, long totalCount) {
  public ListPage {
    items = List.copyOf(items);
  }
}
