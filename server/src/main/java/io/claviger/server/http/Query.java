package io.claviger.server.http;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The query of a request: names and values in the nested encoding of WIR-5 and RUN-2, {@code
 * tagFilter[0][key]=a}. Blank values are kept ({@code orgId=} is really sent).
 */
public final class Query {
  /** No parameters. */
  public static final Query EMPTY = new Query(Map.of());

  private final Map<String, QueryValue> values;

  Query(Map<String, QueryValue> values) {
    this.values = values;
  }

  /**
   * Reads the part of the request target behind the question mark.
   *
   * @param raw the text as it came, percent-encoded, without the question mark
   * @throws ApiException 400 that names the parameter
   */
  public static Query parse(String raw) {
    return raw.isEmpty() ? EMPTY : new QueryParser(raw).parse();
  }

  /** The names of all parameters, in the order of the request. */
  public Set<String> names() {
    return values.keySet();
  }

  /** The parameter, or empty when it was not sent. */
  public Optional<QueryValue> value(String name) {
    return Optional.ofNullable(values.get(name));
  }

  /**
   * The text of a parameter that has one value, blank text included.
   *
   * @throws ApiException 400 when it was sent more than once or nested
   */
  public Optional<String> text(String name) {
    @Nullable QueryValue value = values.get(name);
    return switch (value) {
      case null -> Optional.empty();
      case QueryValue.Text(String text) -> Optional.of(text);
      case QueryValue.Items _, QueryValue.Fields _ ->
          throw ApiException.validation(name, "must be given once, as text");
    };
  }

  /**
   * The texts of a parameter that may be given once, repeatedly or as an indexed array; empty when
   * it was not sent.
   *
   * @throws ApiException 400 when it is nested deeper
   */
  public List<String> texts(String name) {
    @Nullable QueryValue value = values.get(name);
    return switch (value) {
      case null -> List.of();
      case QueryValue.Text(String text) -> List.of(text);
      case QueryValue.Items(List<QueryValue> items) -> textsOf(name, items);
      case QueryValue.Fields _ -> throw ApiException.validation(name, "must be a list of texts");
    };
  }

  private static List<String> textsOf(String name, List<QueryValue> items) {
    List<String> texts = new ArrayList<>(items.size());
    for (QueryValue item : items) {
      if (!(item instanceof QueryValue.Text(String text))) {
        throw ApiException.validation(name, "must be a list of texts");
      }
      texts.add(text);
    }
    return texts;
  }

  @Override
  public String toString() {
    return "Query" + values.keySet();
  }
}
