package io.claviger.store.query;

import io.claviger.core.id.ApplicationId;
import io.claviger.core.query.AccessKeyField;
import io.claviger.core.query.DeviceField;
import io.claviger.core.query.EventField;
import io.claviger.core.query.Literal;
import io.claviger.core.query.Query;
import io.claviger.core.query.QueryField;
import io.claviger.core.query.TagPart;
import io.claviger.core.query.TagTest;
import io.claviger.core.query.TagTest.Has;
import io.claviger.core.query.TagTest.KeyTest;
import io.claviger.core.query.ValueTest;
import io.claviger.store.Dialect;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * Makes SQL of advanced queries, with the same answer on both databases. What a caller sent is only
 * bound.
 *
 * <p>Each piece is true or false and never NULL, so that NOT means the opposite (see {@link
 * Query}).
 */
public final class QueryCompiler<F extends QueryField> {
  private final Function<F, Source> sources;
  private final Dialect dialect;
  private final Sql sql;
  private final ElementTests elements;

  private QueryCompiler(Function<F, Source> sources, Dialect dialect, String prefix) {
    this.sources = sources;
    this.dialect = dialect;
    this.sql = new Sql(prefix);
    this.elements = new ElementTests(sql, dialect);
  }

  /**
   * For a statement {@code FROM device d} that has the condition {@code d.application_id = ...} of
   * its own.
   */
  public static SqlCondition devices(
      Query<DeviceField> query, ApplicationId application, Dialect dialect) {
    return devices(query, application, dialect, "query");
  }

  /**
   * The same for one of several queries in one statement.
   *
   * @param prefix the beginning of the names of its parameters, letters only
   */
  public static SqlCondition devices(
      Query<DeviceField> query, ApplicationId application, Dialect dialect, String prefix) {
    return new QueryCompiler<DeviceField>(Columns::of, dialect, prefix).compile(query, application);
  }

  /**
   * For a statement {@code FROM access_key}, without alias, that has the condition {@code
   * application_id = ...} of its own. Finds lists only where {@link AccessKeyLists} wrote them.
   */
  public static SqlCondition accessKeys(
      Query<AccessKeyField> query, ApplicationId application, Dialect dialect) {
    return new QueryCompiler<AccessKeyField>(Columns::of, dialect, "query")
        .compile(query, application);
  }

  /** For a statement {@code FROM event r} that has the condition on the application of its own. */
  public static SqlCondition events(
      Query<EventField> query, ApplicationId application, Dialect dialect) {
    return new QueryCompiler<EventField>(Columns::of, dialect, "query").compile(query, application);
  }

  private SqlCondition compile(Query<F> query, ApplicationId application) {
    String text = condition(query);
    sql.parameters().put(Columns.APPLICATION, application.text());
    return new SqlCondition(text, sql.parameters());
  }

  private String condition(Query<F> query) {
    return switch (query) {
      case Query.All<F>(List<Query<F>> parts) -> Sql.all(conditions(parts));
      case Query.Any<F>(List<Query<F>> parts) ->
          parts.isEmpty() ? Sql.TRUE : Sql.any(conditions(parts));
      case Query.Nor<F>(List<Query<F>> parts) ->
          parts.isEmpty() ? Sql.FALSE : Sql.not(Sql.any(conditions(parts)));
      case Query.Where<F>(F field, List<ValueTest> tests, boolean ignoreCase) -> {
        Source source = sources.apply(field);
        yield Sql.all(tests.stream().map(test -> where(source, test, ignoreCase)).toList());
      }
      case Query.Tagged<F>(F field, TagTest test, boolean negated) -> {
        String held = tagged(tags(field), test);
        yield negated ? Sql.not(held) : held;
      }
    };
  }

  private List<String> conditions(List<Query<F>> parts) {
    return parts.stream().map(this::condition).toList();
  }

  private Source.Tags tags(F field) {
    if (sources.apply(field) instanceof Source.Tags tags) {
      return tags;
    }
    throw new IllegalArgumentException(field.wireName() + " has no tags");
  }

  private String where(Source source, ValueTest test, boolean ignoreCase) {
    return switch (test) {
      case ValueTest.Equal(Literal.Null _) -> Sql.not(some(source));
      case ValueTest.NotEqual(Literal.Null _) -> some(source);
      case ValueTest.Equal(Literal value) ->
          some(source, element -> elements.among(element, List.of(value), ignoreCase));
      case ValueTest.NotEqual(Literal value) ->
          Sql.not(some(source, element -> elements.among(element, List.of(value), ignoreCase)));
      case ValueTest.Among(List<Literal> values) ->
          some(source, element -> elements.among(element, values, ignoreCase));
      case ValueTest.NotAmong(List<Literal> values) ->
          Sql.not(some(source, element -> elements.among(element, values, ignoreCase)));
      case ValueTest.Ordered(ValueTest.Order order, Literal value) ->
          some(source, element -> elements.ordered(element, order, value, ignoreCase));
      case ValueTest.Partial(ValueTest.Position position, String part) ->
          some(source, element -> elements.partial(element, position, part, ignoreCase));
    };
  }

  /** Whether there is a value. */
  private String some(Source source) {
    return switch (source) {
      case Source.One(Source.Element element, boolean nullable) ->
          nullable ? element.column() + " IS NOT NULL" : Sql.TRUE;
      case Source.Many(Source.Rows rows, Source.Element _) -> exists(rows);
      case Source.Ancestors _ -> "d.parent_id IS NOT NULL";
      case Source.Nowhere _ -> Sql.FALSE;
      case Source.Tags(Source.Rows rows, String _, String _) -> exists(rows);
    };
  }

  /** Whether there is a value that satisfies the test. */
  private String some(Source source, Function<Source.Element, String> test) {
    return switch (source) {
      case Source.One(Source.Element element, boolean nullable) -> {
        String tested = test.apply(element);
        yield nullable ? "(" + element.column() + " IS NOT NULL AND " + tested + ")" : tested;
      }
      case Source.Many(Source.Rows rows, Source.Element element) ->
          exists(rows, test.apply(element));
      case Source.Ancestors _ -> ancestor(test.apply(new Source.Element.Id("s.parent_id")));
      case Source.Nowhere _ -> Sql.FALSE;
      case Source.Tags _ -> throw new IllegalArgumentException("tags are tested as tags");
    };
  }

  /**
   * Whether such a row belongs to the row outside. PostgreSQL knows how many there are, and joins
   * or looks up as is best; through a set inside OR or NOT it might look for each row. SQLite makes
   * the set once; looking up each row it might choose an index that finds half the table.
   */
  private String exists(Source.Rows rows, String condition) {
    return switch (dialect) {
      case POSTGRESQL -> lookup(rows, rows.scope() + " AND " + condition);
      case SQLITE ->
          "%s IN (SELECT %s FROM %s WHERE %s AND %s)"
              .formatted(rows.outer(), rows.owner(), rows.table(), rows.scope(), condition);
    };
  }

  /** Whether any row belongs to the row outside. A set of all that have some would be large. */
  private String exists(Source.Rows rows) {
    return switch (dialect) {
      case POSTGRESQL -> lookup(rows, rows.scope());
      // Without the application, whose indexes must not be chosen: the key of the table is right.
      case SQLITE -> lookup(rows, rows.narrowing());
    };
  }

  /** Whether such a row belongs to the row outside, where that holds for most. */
  private String common(Source.Rows rows, String condition) {
    return switch (dialect) {
      case POSTGRESQL -> lookup(rows, rows.scope() + " AND " + condition);
      // A set of them would be large.
      case SQLITE -> lookup(rows, rows.narrowing() + " AND " + condition);
    };
  }

  private static String lookup(Source.Rows rows, String condition) {
    return "EXISTS (SELECT 1 FROM %s WHERE %s = %s AND %s)"
        .formatted(rows.table(), rows.owner(), rows.outer(), condition);
  }

  /** Downwards from the children of those that satisfy it, once for the whole statement. */
  private static String ancestor(String test) {
    return "d.id IN (WITH RECURSIVE below (id) AS ("
        + "SELECT s.id FROM device s WHERE s.application_id = :queryApplication"
        + " AND s.parent_id IS NOT NULL AND "
        + test
        + " UNION SELECT c.id FROM device c JOIN below ON c.parent_id = below.id)"
        + " SELECT below.id FROM below)";
  }

  private String tagged(Source.Tags tags, TagTest test) {
    return switch (test) {
      case TagTest.Untagged _ -> Sql.not(exists(tags.rows()));
      case TagTest.SomeTag(TagPart key, TagPart value) ->
          tag(tags, Sql.all(List.of(part(tags.key(), key), part(tags.value(), value))));
      case TagTest.Keyed(List<KeyTest> keys) -> {
        List<String> all = new ArrayList<>();
        for (KeyTest key : keys) {
          all.add(keyed(tags, key));
        }
        yield Sql.all(all);
      }
    };
  }

  private String tag(Source.Tags tags, String condition) {
    return exists(tags.rows(), condition);
  }

  private String part(String column, TagPart part) {
    return switch (part) {
      case TagPart.Anything _ -> Sql.TRUE;
      case TagPart.Missing _ -> column + " IS NULL";
      case TagPart.OneOf(List<String> texts) -> sql.in(column, texts);
      case TagPart.NoneOf(List<String> texts) ->
          "(" + column + " IS NULL OR " + Sql.not(sql.in(column, texts)) + ")";
    };
  }

  private String keyed(Source.Tags tags, KeyTest test) {
    String key = sql.in(tags.key(), List.of(test.key()));
    return switch (test.has()) {
      case Has.Nothing _ -> Sql.not(common(tags.rows(), key));
      case Has.OneOf(List<String> values) ->
          tag(tags, Sql.all(List.of(key, sql.in(tags.value(), values))));
      case Has.NoneOf(List<String> values) ->
          Sql.not(tag(tags, Sql.all(List.of(key, sql.in(tags.value(), values)))));
    };
  }
}
