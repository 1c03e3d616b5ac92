package io.claviger.server.api;

import io.claviger.core.Parsed;
import io.claviger.server.http.ApiException;
import io.claviger.server.http.Json;
import io.claviger.server.http.Query;
import io.claviger.store.Glob;
import io.claviger.store.ListQuery;
import io.claviger.store.ListRequest;
import io.claviger.store.ListRequest.Filter;
import io.claviger.store.ListRequest.SortDirection;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import tools.jackson.databind.JsonNode;

/** Reads the query parameters that every list takes (WIR-11 to WIR-13). */
public final class ListParameters {
  private ListParameters() {}

  /**
   * The page that is asked for.
   *
   * @param list says by which fields it sorts and filters
   * @param defaultSort the field when none is named
   * @param defaultDirection the direction when none is named
   * @throws ApiException 400 that names the parameter
   */
  public static ListRequest read(
      Query query, ListQuery list, String defaultSort, SortDirection defaultDirection) {
    return new ListRequest(
        number(query, "page", 0, 0, Integer.MAX_VALUE),
        number(query, "perPage", ListRequest.PER_PAGE_DEFAULT, 1, ListRequest.PER_PAGE_MAX),
        oneOf(query, "sortField", list.sortFields()).orElse(defaultSort),
        direction(query).orElse(defaultDirection),
        filter(query, list.filterFields()));
  }

  /**
   * The advanced query of a list, one JSON text (WIR-5); blank is as good as absent (WIR-12).
   *
   * @throws ApiException 400 for what is no JSON
   */
  public static Optional<JsonNode> query(Query query) {
    return query
        .text("query")
        .filter(text -> !text.isBlank())
        .map(text -> Json.parse("query", text));
  }

  private static int number(Query query, String name, int absent, int least, int most) {
    Optional<String> text = given(query, name);
    if (text.isEmpty()) {
      return absent;
    }
    try {
      int number = Integer.parseInt(text.get());
      if (number >= least && number <= most) {
        return number;
      }
    } catch (NumberFormatException e) {
      // Answered below, with the range.
    }
    throw ApiException.validation(
        name,
        "must be a whole number from " + least + (most < Integer.MAX_VALUE ? " to " + most : ""));
  }

  private static Optional<SortDirection> direction(Query query) {
    return given(query, "sortDirection")
        .map(text ->
            switch (text.toLowerCase(Locale.ROOT)) {
              case "asc" -> SortDirection.ASCENDING;
              case "desc" -> SortDirection.DESCENDING;
              default -> throw ApiException.validation("sortDirection", "must be one of asc, desc");
            });
  }

  /** A blank field or a blank filter is no filter (WIR-12). */
  private static Optional<Filter> filter(Query query, Set<String> fields) {
    Optional<String> field = oneOf(query, "filterField", fields);
    Optional<String> glob = given(query, "filter");
    return field.isPresent() && glob.isPresent()
        ? Optional.of(new Filter(field.get(), glob(glob.get())))
        : Optional.empty();
  }

  private static Glob glob(String text) {
    return switch (Glob.parse(text)) {
      case Parsed.Ok<Glob>(Glob glob) -> glob;
      case Parsed.Rejected<Glob>(String reason) -> throw ApiException.validation("filter", reason);
    };
  }

  private static Optional<String> oneOf(Query query, String name, Set<String> allowed) {
    Optional<String> text = given(query, name);
    if (text.isPresent() && !allowed.contains(text.get())) {
      throw ApiException.validation(
          name, "must be one of " + String.join(", ", new TreeSet<>(allowed)));
    }
    return text;
  }

  private static Optional<String> given(Query query, String name) {
    return query.text(name).filter(text -> !text.isEmpty());
  }
}
