package io.claviger.store.tenant;

import io.claviger.core.scim.Comparison;
import io.claviger.core.scim.Filter;
import io.claviger.core.scim.Filter.Literal;
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
 * meta.lastModified}. Whatever is left out makes the condition wider, never narrower.
 */
final class FilterSql {
  private static final char ESCAPE = '\\';
  private static final String CORE = "urn:ietf:params:scim:schemas:core:2.0:user";

  private final Map<String, Object> values = new LinkedHashMap<>();
  private boolean exact = true;

  private FilterSql() {}

  /**
   * SQL.
   *
   * @param condition over {@code tenant_user t}, never NULL
   * @param values of its parameters
   * @param exact whether it finds exactly what the filter means
   */
  record Compiled(String condition, Map<String, Object> values, boolean exact) {}

  static Compiled compile(Filter filter) {
    var sql = new FilterSql();
    String condition = sql.condition(filter).orElse("1 = 1");
    return new Compiled(condition, sql.values, sql.exact);
  }

  /** The condition; empty when SQL does not know it, and then the whole is not exact. */
  private Optional<String> condition(Filter filter) {
    return switch (filter) {
      case Filter.And(Filter left, Filter right) -> {
        Optional<String> first = condition(left);
        Optional<String> second = condition(right);
        yield first.isPresent() && second.isPresent()
            ? Optional.of("(" + first.get() + " AND " + second.get() + ")")
            : first.or(() -> second);
      }
      case Filter.Or(Filter left, Filter right) -> {
        Optional<String> first = condition(left);
        Optional<String> second = condition(right);
        yield first.isPresent() && second.isPresent()
            ? Optional.of("(" + first.get() + " OR " + second.get() + ")")
            : Optional.empty();
      }
      case Filter.Not(Filter inner) -> {
        // The opposite of something wider would be narrower.
        Compiled alone = compile(inner);
        yield alone.exact() ? condition(inner).map(sql -> "NOT " + sql) : unknown();
      }
      case Filter.Present(var attribute) ->
          attribute.schema().isEmpty() && attribute.folded().equals("externalid")
              ? Optional.of("(t.external_id IS NOT NULL)")
              : unknown();
      case Filter.Compare compare -> comparison(compare);
      case Filter.Value _ -> unknown();
    };
  }

  private Optional<String> unknown() {
    exact = false;
    return Optional.empty();
  }

  private Optional<String> comparison(Filter.Compare compare) {
    String schema = compare.attribute().schema().toLowerCase(Locale.ROOT);
    if (!schema.isEmpty() && !schema.equals(CORE)) {
      return unknown();
    }
    return switch (compare.literal()) {
      case Literal.Text(String text) -> text(compare, text);
      case Literal.Flag(boolean flag) ->
          compare.attribute().folded().equals("active")
              ? flag(compare.comparison(), flag)
              : unknown();
      case Literal.Amount _, Literal.Null _ -> unknown();
    };
  }

  private Optional<String> text(Filter.Compare compare, String text) {
    return switch (compare.attribute().folded()) {
      case "username" -> text("t.user_name_folded", compare.comparison(), Fold.fold(text));
      case "externalid" -> exactText("t.external_id", compare.comparison(), text);
      case "id" -> exactText("t.id", compare.comparison(), text);
      case "meta.created" -> time("t.created_at", compare.comparison(), text);
      case "meta.lastmodified" -> time("t.updated_at", compare.comparison(), text);
      default -> unknown();
    };
  }

  private Optional<String> flag(Comparison comparison, boolean flag) {
    return switch (comparison) {
      case EQ -> Optional.of("(t.active = " + (flag ? 1 : 0) + ")");
      case NE -> Optional.of("(t.active <> " + (flag ? 1 : 0) + ")");
      case CO, SW, EW, GT, GE, LT, LE -> unknown();
    };
  }

  /** Of a text whose case matters only equality is known: LIKE takes it for the same in SQLite. */
  private Optional<String> exactText(String column, Comparison comparison, String value) {
    exact &= comparison == Comparison.EQ || comparison == Comparison.NE;
    return text(column, comparison, value);
  }

  private Optional<String> text(String column, Comparison comparison, String value) {
    String known = column + " IS NOT NULL AND ";
    String like = " LIKE " + "%s" + " ESCAPE '" + ESCAPE + "'";
    return switch (comparison) {
      case EQ -> Optional.of("(" + known + column + " = " + bound(value) + ")");
      case NE -> Optional.of("(" + column + " IS NULL OR " + column + " <> " + bound(value) + ")");
      case CO ->
          Optional.of("(" + known + column + like.formatted(bound("%" + plain(value) + "%")) + ")");
      case SW ->
          Optional.of("(" + known + column + like.formatted(bound(plain(value) + "%")) + ")");
      case EW ->
          Optional.of("(" + known + column + like.formatted(bound("%" + plain(value))) + ")");
      case GT, GE, LT, LE -> unknown();
    };
  }

  /** Without a special meaning of its characters in LIKE. */
  private static String plain(String text) {
    String escape = String.valueOf(ESCAPE);
    return text.replace(escape, escape + escape)
        .replace("%", escape + "%")
        .replace("_", escape + "_");
  }

  private Optional<String> time(String column, Comparison comparison, String text) {
    Instant time;
    try {
      time = OffsetDateTime.parse(text).toInstant();
    } catch (DateTimeException e) {
      return unknown();
    }
    if (!time.equals(time.truncatedTo(ChronoUnit.MILLIS))) {
      return unknown();
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
    return operator.isEmpty()
        ? unknown()
        : Optional.of("(" + column + operator + bound(time) + ")");
  }

  private String bound(Object value) {
    String name = "filter" + values.size();
    values.put(name, value);
    return ":" + name;
  }
}
