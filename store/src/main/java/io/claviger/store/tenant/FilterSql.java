package io.claviger.store.tenant;

import io.claviger.core.scim.Comparison;
import io.claviger.core.scim.Filter;
import io.claviger.core.scim.Filter.Literal;
import io.claviger.store.Dialect;
import io.claviger.store.Fold;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * A filter over users as SQL with bound parameters, as far as columns hold what it asks for: {@code
 * id}, {@code userName}, {@code externalId}, {@code active}, {@code meta.created} and {@code
 * meta.lastModified}. Of other attributes it finds who has the text at all, in whatever attribute.
 * Whatever is left out makes the condition wider, never narrower.
 */
final class FilterSql {
  /** No backslash: the reader of parameters takes one before a quotation mark for an escape. */
  private static final char ESCAPE = '!';

  private static final String CORE = "urn:ietf:params:scim:schemas:core:2.0:user";

  private final Map<String, Object> values = new LinkedHashMap<>();

  private final Dialect dialect;

  private FilterSql(Dialect dialect) {
    this.dialect = dialect;
  }

  /**
   * SQL.
   *
   * @param condition over {@code tenant_user t}, never NULL
   * @param values of its parameters
   * @param exact whether it finds exactly what the filter means
   */
  record Compiled(String condition, Map<String, Object> values, boolean exact) {}

  static Compiled compile(Filter filter, Dialect dialect) {
    var sql = new FilterSql(dialect);
    Part part = sql.part(filter);
    String condition = part.sql().orElse("1 = 1");
    // What was bound for a part that was left out since is not asked for.
    sql.values.keySet().removeIf(name -> !condition.contains(":" + name));
    return new Compiled(condition, sql.values, part.exact());
  }

  /**
   * A part of the condition.
   *
   * @param sql empty when SQL does not know it
   * @param exact whether it finds exactly what that part of the filter means, no more
   */
  private record Part(Optional<String> sql, boolean exact) {
    static final Part UNKNOWN = new Part(Optional.empty(), false);

    static Part of(String sql) {
      return new Part(Optional.of(sql), true);
    }
  }

  private static Part both(Part first, Part second) {
    boolean both = first.sql().isPresent() && second.sql().isPresent();
    return new Part(
        both
            ? Optional.of("(" + first.sql().get() + " AND " + second.sql().get() + ")")
            : first.sql().or(second::sql),
        first.exact() && second.exact());
  }

  private static Part either(Part first, Part second) {
    return first.sql().isPresent() && second.sql().isPresent()
        ? new Part(
            Optional.of("(" + first.sql().get() + " OR " + second.sql().get() + ")"),
            first.exact() && second.exact())
        : Part.UNKNOWN;
  }

  private Part part(Filter filter) {
    return switch (filter) {
      case Filter.And(Filter left, Filter right) -> both(part(left), part(right));
      case Filter.Or(Filter left, Filter right) -> either(part(left), part(right));
      case Filter.Not(Filter inner) -> {
        // The opposite of something wider would be narrower.
        Part opposite = part(inner);
        yield opposite.exact() ? Part.of("NOT " + opposite.sql().orElseThrow()) : Part.UNKNOWN;
      }
      case Filter.Present(var attribute) ->
          attribute.schema().isEmpty() && attribute.folded().equals("externalid")
              ? Part.of("(t.external_id IS NOT NULL)")
              : Part.UNKNOWN;
      case Filter.Compare compare -> {
        Part known = comparison(compare);
        yield known.sql().isEmpty() && SearchText.has(compare.attribute().name())
            ? mentioned(compare)
            : known;
      }
      case Filter.Value(var attribute, Filter inner) ->
          SearchText.has(attribute.name()) ? mentioned(inner) : Part.UNKNOWN;
    };
  }

  /**
   * Who has the text that such a filter asks for, in whatever attribute; somebody whose entry is of
   * a time before there was such a text may have anything.
   */
  private Part mentioned(Filter filter) {
    return switch (filter) {
      case Filter.And(Filter left, Filter right) -> both(mentioned(left), mentioned(right));
      case Filter.Or(Filter left, Filter right) -> either(mentioned(left), mentioned(right));
      case Filter.Compare compare ->
          wanted(compare)
              .map(text ->
                  new Part(
                      Optional.of(
                          "(t.search_text IS NULL OR "
                              + dialect.contains("t.search_text", bound(text))
                              + ")"),
                      false))
              .orElse(Part.UNKNOWN);
      case Filter.Not _, Filter.Present _, Filter.Value _ -> Part.UNKNOWN;
    };
  }

  /** The text that must be there; a truth value stands there without quotation marks. */
  private static Optional<String> wanted(Filter.Compare compare) {
    return switch (compare.literal()) {
      case Literal.Text(String text) ->
          SearchText.quoted(text)
              .map(quoted -> {
                String bare = quoted.substring(1, quoted.length() - 1);
                return bare.equals("true") || bare.equals("false") ? bare : quoted;
              })
              .flatMap(quoted -> wanted(compare.comparison(), quoted));
      case Literal.Flag(boolean flag) ->
          compare.comparison() == Comparison.EQ
              ? Optional.of(String.valueOf(flag))
              : Optional.empty();
      case Literal.Amount _, Literal.Null _ -> Optional.empty();
    };
  }

  private static Optional<String> wanted(Comparison comparison, String quoted) {
    boolean isBare = !quoted.startsWith("\"");
    int start = isBare ? 0 : 1;
    int end = quoted.length() - start;
    return switch (comparison) {
      case EQ -> Optional.of(quoted);
      case CO -> Optional.of(quoted.substring(start, end));
      case SW -> Optional.of(quoted.substring(0, end));
      case EW -> Optional.of(quoted.substring(start));
      case NE, GT, GE, LT, LE -> Optional.empty();
    };
  }

  private Part comparison(Filter.Compare compare) {
    String schema = compare.attribute().schema().toLowerCase(Locale.ROOT);
    if (!schema.isEmpty() && !schema.equals(CORE)) {
      return Part.UNKNOWN;
    }
    return switch (compare.literal()) {
      case Literal.Text(String text) -> text(compare, text);
      case Literal.Flag(boolean flag) ->
          compare.attribute().folded().equals("active")
              ? flag(compare.comparison(), flag)
              : Part.UNKNOWN;
      case Literal.Amount _, Literal.Null _ -> Part.UNKNOWN;
    };
  }

  private Part text(Filter.Compare compare, String text) {
    return switch (compare.attribute().folded()) {
      case "username" -> text("t.user_name_folded", compare.comparison(), Fold.fold(text));
      case "externalid" -> exactText("t.external_id", compare.comparison(), text);
      case "id" -> exactText("t.id", compare.comparison(), text);
      case "meta.created" -> time("t.created_at", compare.comparison(), text);
      case "meta.lastmodified" -> time("t.updated_at", compare.comparison(), text);
      default -> Part.UNKNOWN;
    };
  }

  private Part flag(Comparison comparison, boolean flag) {
    return switch (comparison) {
      case EQ -> Part.of("(t.active = " + (flag ? 1 : 0) + ")");
      case NE -> Part.of("(t.active <> " + (flag ? 1 : 0) + ")");
      case CO, SW, EW, GT, GE, LT, LE -> Part.UNKNOWN;
    };
  }

  /** Of a text whose case matters only equality is known: LIKE takes it for the same in SQLite. */
  private Part exactText(String column, Comparison comparison, String value) {
    boolean exact = comparison == Comparison.EQ || comparison == Comparison.NE;
    return new Part(text(column, comparison, value).sql(), exact);
  }

  private Part text(String column, Comparison comparison, String value) {
    String known = column + " IS NOT NULL AND ";
    String like = " LIKE " + "%s" + " ESCAPE '" + ESCAPE + "'";
    return switch (comparison) {
      case EQ -> Part.of("(" + known + column + " = " + bound(value) + ")");
      case NE -> Part.of("(" + column + " IS NULL OR " + column + " <> " + bound(value) + ")");
      case CO ->
          Part.of("(" + known + column + like.formatted(bound("%" + plain(value) + "%")) + ")");
      case SW -> Part.of("(" + known + column + like.formatted(bound(plain(value) + "%")) + ")");
      case EW -> Part.of("(" + known + column + like.formatted(bound("%" + plain(value))) + ")");
      case GT, GE, LT, LE -> Part.UNKNOWN;
    };
  }

  /** Without a special meaning of its characters in LIKE. */
  private static String plain(String text) {
    String escape = String.valueOf(ESCAPE);
    return text.replace(escape, escape + escape)
        .replace("%", escape + "%")
        .replace("_", escape + "_");
  }

  private Part time(String column, Comparison comparison, String text) {
    Instant time;
    try {
      time = OffsetDateTime.parse(text).toInstant();
      // Columns hold milliseconds; what lies beyond them is compared without.
      var _ = time.toEpochMilli();
    } catch (DateTimeException | ArithmeticException e) {
      return Part.UNKNOWN;
    }
    if (!time.equals(time.truncatedTo(ChronoUnit.MILLIS))) {
      return Part.UNKNOWN;
    }
    String operator =
        switch (comparison) {
          case EQ -> " = ";
          case NE -> " <> ";
          case GT -> " > ";
          case GE -> " >= ";
          case LT -> " < ";
          case LE -> " <= ";
          case CO, SW, EW -> "";
        };
    return operator.isEmpty() ? Part.UNKNOWN : Part.of("(" + column + operator + bound(time) + ")");
  }

  private String bound(Object value) {
    String name = "filter" + values.size() + "_";
    values.put(name, value);
    return ":" + name;
  }
}
