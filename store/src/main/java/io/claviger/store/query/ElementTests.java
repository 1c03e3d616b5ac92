package io.claviger.store.query;

import io.claviger.core.query.Literal;
import io.claviger.core.query.ValueTest;
import io.claviger.core.query.ValueTest.Order;
import io.claviger.core.query.ValueTest.Position;
import io.claviger.store.Dialect;
import io.claviger.store.Fold;
import io.claviger.store.Glob;
import io.claviger.store.Prefix;
import io.claviger.store.query.Source.Element;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;

/** Conditions on one value, which is not NULL. */
final class ElementTests {
  private static final BigDecimal LEAST = BigDecimal.valueOf(Long.MIN_VALUE);
  private static final BigDecimal MOST = BigDecimal.valueOf(Long.MAX_VALUE);

  private final Sql sql;
  private final Dialect dialect;

  ElementTests(Sql sql, Dialect dialect) {
    this.sql = sql;
    this.dialect = dialect;
  }

  /**
   * SQL for a test that asks for some value.
   *
   * @throws IllegalArgumentException for another, or a value that stands in two columns
   */
  String test(Element element, ValueTest test, boolean ignoreCase) {
    return switch (test) {
      case ValueTest.Among(List<Literal> values) -> among(element, values, ignoreCase);
      case ValueTest.Ordered(Order order, Literal value) ->
          ordered(element, order, value, ignoreCase);
      case ValueTest.Partial(Position position, String part) ->
          partial(element, position, part, ignoreCase);
      case ValueTest.Equal _, ValueTest.NotEqual _, ValueTest.NotAmong _ ->
          throw new IllegalArgumentException("not asked of one value: " + test);
    };
  }

  private static IllegalArgumentException twoColumns(Element element) {
    return new IllegalArgumentException(element.column() + " is compared in two columns");
  }

  /** Equal to one of these. */
  private String among(Element element, List<Literal> values, boolean ignoreCase) {
    return switch (element) {
      case Element.Text text when !ignoreCase ->
          Sql.all(
              List.of(
                  among(text, texts(values, false)), sql.in(text.column(), texts(values, false))));
      case Element.Text text -> sql.in(column(text, ignoreCase), texts(values, ignoreCase));
      case Element.Id(String column) -> sql.in(column, texts(values, false));
      case Element.Choice choice -> choice(choice, ignoreCase, texts(values, ignoreCase)::contains);
      case Element.Time(String column) -> times(column, values);
      case Element.Lengthy _ -> throw twoColumns(element);
    };
  }

  /** On that side of this value. */
  private String ordered(Element element, Order order, Literal value, boolean ignoreCase) {
    return switch (element) {
      case Element.Text text ->
          ordered(column(text, ignoreCase), order, texts(List.of(value), ignoreCase));
      case Element.Id(String column) -> ordered(column, order, texts(List.of(value), false));
      case Element.Choice choice ->
          value instanceof Literal.Text(String text)
              ? choice(choice, ignoreCase, inOrder(order, folded(text, ignoreCase)))
              : Sql.FALSE;
      case Element.Time(String column) ->
          value.epochMillis().map(millis -> time(column, order, millis)).orElse(Sql.FALSE);
      case Element.Lengthy _ -> throw twoColumns(element);
    };
  }

  /** A text with that part. */
  private String partial(Element element, Position position, String part, boolean ignoreCase) {
    String wanted = folded(part, ignoreCase);
    return switch (element) {
      case Element.Text text ->
          Sql.all(
              List.of(
                  indexed(text, position, Fold.fold(part), ignoreCase),
                  partial(column(text, ignoreCase), position, wanted)));
      case Element.Id(String column) -> partial(column, position, wanted);
      case Element.Choice choice -> choice(choice, ignoreCase, hasPart(position, wanted));
      case Element.Time _ -> Sql.FALSE;
      case Element.Lengthy _ -> throw twoColumns(element);
    };
  }

  /** What an index can tell of equality; implied by it. */
  private String among(Element.Text text, Set<String> values) {
    return switch (text.index()) {
      case ITSELF, WORD, BOTH_ENDS -> Sql.TRUE;
      case FOLDED -> sql.in(text.folded(), mapped(values, Fold::fold));
    };
  }

  private static Set<String> mapped(Set<String> values, UnaryOperator<String> form) {
    Set<String> mapped = new LinkedHashSet<>();
    values.forEach(value -> mapped.add(form.apply(value)));
    return mapped;
  }

  /** What an index can tell of a part; implied by it. */
  private String indexed(Element.Text text, Position position, String folded, boolean ignoreCase) {
    return switch (text.index()) {
      case ITSELF, WORD -> Sql.TRUE;
      case FOLDED -> ignoreCase ? Sql.TRUE : partial(text.folded(), position, folded);
      case BOTH_ENDS ->
          dialect == Dialect.POSTGRESQL && position == Position.END && !folded.isEmpty()
              ? start("reverse(" + text.folded() + ")", reversed(folded))
              : Sql.TRUE;
    };
  }

  /** By code points, as PostgreSQL does. */
  private static String reversed(String text) {
    return new StringBuilder(text).reverse().toString();
  }

  private static String column(Element.Text text, boolean ignoreCase) {
    return ignoreCase ? text.folded() : text.column();
  }

  private static String folded(String text, boolean ignoreCase) {
    return ignoreCase ? Fold.fold(text) : text;
  }

  /** What is a text among the values; nothing else equals one (QRY-12). */
  private static Set<String> texts(List<Literal> values, boolean ignoreCase) {
    Set<String> texts = new LinkedHashSet<>();
    for (Literal value : values) {
      if (value instanceof Literal.Text(String text)) {
        texts.add(folded(text, ignoreCase));
      }
    }
    return texts;
  }

  private String ordered(String column, Order order, Set<String> texts) {
    return Sql.any(texts.stream().map(text -> column + operator(order) + sql.bind(text)).toList());
  }

  private static String operator(Order order) {
    return switch (order) {
      case GREATER -> " > ";
      case GREATER_OR_EQUAL -> " >= ";
      case LESS -> " < ";
      case LESS_OR_EQUAL -> " <= ";
    };
  }

  /**
   * Without LIKE on SQLite, which evaluates it without regard to the case of ASCII. What is here
   * counts code points and compares bytes on both databases.
   */
  private String partial(String column, Position position, String part) {
    return switch (position) {
      case START -> start(column, part);
      case END -> part.isEmpty() ? Sql.TRUE : end(column, part);
      case ANYWHERE -> dialect.contains(column, sql.bind(part));
    };
  }

  private String start(String column, String part) {
    String wanted = sql.bind(part);
    return Prefix.end(part)
        .map(end -> "(" + column + " >= " + wanted + " AND " + column + " < " + sql.bind(end) + ")")
        .orElse(column + " >= " + wanted);
  }

  /**
   * With a part that is not empty. SQLite takes all of a shorter text, which is not equal to a
   * longer one; PostgreSQL would count the characters of the whole text, and compares bytes with
   * LIKE.
   */
  private String end(String column, String part) {
    return switch (dialect) {
      case SQLITE -> "substr(" + column + ", -" + length(part) + ") = " + sql.bind(part);
      case POSTGRESQL ->
          column
              + " LIKE "
              + sql.bind("%" + Glob.literal(part))
              + " ESCAPE "
              + sql.bind(String.valueOf(Glob.ESCAPE));
    };
  }

  private String length(String part) {
    return sql.bind(part.codePointCount(0, part.length()));
  }

  private String choice(Element.Choice choice, boolean ignoreCase, Predicate<String> test) {
    return sql.in(
        choice.column(),
        choice.texts().stream().filter(text -> test.test(folded(text, ignoreCase))).toList());
  }

  /** By UTF-16 units, which for the ASCII of choices is the order of code points up to U+D7FF. */
  private static Predicate<String> inOrder(Order order, String wanted) {
    return text -> {
      int compared = text.compareTo(wanted);
      return switch (order) {
        case GREATER -> compared > 0;
        case GREATER_OR_EQUAL -> compared >= 0;
        case LESS -> compared < 0;
        case LESS_OR_EQUAL -> compared <= 0;
      };
    };
  }

  private static Predicate<String> hasPart(Position position, String part) {
    return switch (position) {
      case START -> text -> text.startsWith(part);
      case END -> text -> text.endsWith(part);
      case ANYWHERE -> text -> text.contains(part);
    };
  }

  private String times(String column, List<Literal> values) {
    List<String> equal = new ArrayList<>();
    for (Literal value : values) {
      Optional<BigDecimal> millis = value.epochMillis();
      if (millis.isPresent() && isWhole(millis.get())) {
        equal.add(column + " = " + sql.bind(millis.get().longValueExact()));
      }
    }
    return Sql.any(equal);
  }

  /** Whole numbers of columns are compared with the whole number next to a fraction. */
  private String time(String column, Order order, BigDecimal millis) {
    if (millis.compareTo(MOST) > 0) {
      return order == Order.LESS || order == Order.LESS_OR_EQUAL ? Sql.TRUE : Sql.FALSE;
    }
    if (millis.compareTo(LEAST) < 0) {
      return order == Order.GREATER || order == Order.GREATER_OR_EQUAL ? Sql.TRUE : Sql.FALSE;
    }
    RoundingMode rounding =
        switch (order) {
          case GREATER, LESS_OR_EQUAL -> RoundingMode.FLOOR;
          case GREATER_OR_EQUAL, LESS -> RoundingMode.CEILING;
        };
    return column + operator(order) + sql.bind(whole(millis, rounding));
  }

  private static boolean isWhole(BigDecimal millis) {
    return millis.compareTo(MOST) <= 0
        && millis.compareTo(LEAST) >= 0
        && millis.compareTo(BigDecimal.valueOf(whole(millis, RoundingMode.FLOOR))) == 0;
  }

  /** A tiny fraction may have a billion digits, which must not be written out to be rounded. */
  private static long whole(BigDecimal millis, RoundingMode rounding) {
    boolean belowOne = millis.abs().compareTo(BigDecimal.ONE) < 0;
    BigDecimal small = BigDecimal.valueOf(millis.signum()).divide(BigDecimal.TWO);
    return (belowOne ? small : millis).setScale(0, rounding).longValueExact();
  }
}
