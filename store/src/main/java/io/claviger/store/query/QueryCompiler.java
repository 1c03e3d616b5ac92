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
import io.claviger.store.query.Condition.Match;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiPredicate;
import java.util.function.Function;

/**
 * Makes SQL of advanced queries, with the same answer on both databases. What a caller sent is only
 * bound.
 *
 * <p>Each piece is true or false and never NULL, so that NOT means the opposite (see {@link
 * Query}).
 */
public final class QueryCompiler<F extends QueryField> {
  private static final Condition TRUE = new Condition.All(List.of());
  private static final Condition FALSE = new Condition.Any(List.of());

  private final Fields<F> fields;
  private final Sql sql;
  private final ElementTests elements;
  private final ConditionSql conditions;

  /**
   * What a query may name.
   *
   * @param sources where the values of a field stand
   * @param areFew whether few tags have one of these keys and one of these values
   */
  private record Fields<F>(
      Function<F, Source> sources, BiPredicate<List<String>, List<String>> areFew) {
    /** Where nothing is known of tags. */
    Fields(Function<F, Source> sources) {
      this(sources, (_, _) -> false);
    }
  }

  private QueryCompiler(Fields<F> fields, Dialect dialect, String prefix, boolean isWalk) {
    this.fields = fields;
    this.sql = new Sql(prefix);
    this.elements = new ElementTests(sql, dialect);
    this.conditions = new ConditionSql(sql, elements, dialect, isWalk);
  }

  /**
   * For a statement {@code FROM device d} that has the condition {@code d.application_id = ...} of
   * its own.
   *
   * @param facts asked of a query that tests tags
   * @param prefix the beginning of the names of its parameters, letters only, for one of several
   *     queries in one statement
   */
  public static SqlCondition devices(
      Query<DeviceField> query,
      ApplicationId application,
      Dialect dialect,
      TagFacts facts,
      String prefix) {
    var fields = new Fields<DeviceField>(field -> Columns.of(field, facts), facts::areFew);
    SqlCondition condition = compile(fields, query, application, dialect, prefix);
    var finder = new QueryCompiler<>(fields, dialect, prefix, false);
    Condition found = finder.condition(query).merged();
    return condition.foundBy(
        finder.conditions.owningDevices(found), finder.conditions.otherDevices(found));
  }

  /**
   * For a statement {@code FROM access_key}, without alias, that has the condition {@code
   * application_id = ...} of its own. Finds lists only where {@link AccessKeyLists} wrote them.
   */
  public static SqlCondition accessKeys(
      Query<AccessKeyField> query, ApplicationId application, Dialect dialect) {
    var fields = new Fields<AccessKeyField>(Columns::of);
    SqlCondition condition = compile(fields, query, application, dialect, "query");
    var finder = new QueryCompiler<>(fields, dialect, "query", false);
    Condition found = finder.condition(query).merged();
    return condition.foundBy(finder.conditions.owners(found), finder.conditions.others(found));
  }

  /** For a statement {@code FROM event r} that has the condition on the application of its own. */
  public static SqlCondition events(
      Query<EventField> query, ApplicationId application, Dialect dialect) {
    return compile(new Fields<>(Columns::of), query, application, dialect, "query");
  }

  /** All texts bind the same values in the same order, and so under the same names. */
  private static <F extends QueryField> SqlCondition compile(
      Fields<F> fields, Query<F> query, ApplicationId application, Dialect dialect, String prefix) {
    var compiler = new QueryCompiler<>(fields, dialect, prefix, false);
    Condition condition = compiler.condition(query).merged();
    String text = compiler.conditions.sql(condition);
    var walker = new QueryCompiler<>(fields, dialect, prefix, true);
    String walking = walker.conditions.sql(walker.condition(query).merged());
    Map<String, Object> parameters = compiler.sql.parameters();
    parameters.put(Columns.APPLICATION, application.text());
    return new SqlCondition(
        text, walking, Optional.empty(), Optional.empty(), parameters, condition.findsMost());
  }

  private Condition condition(Query<F> query) {
    return switch (query) {
      case Query.All<F>(List<Query<F>> parts) -> new Condition.All(conditions(parts));
      case Query.Any<F>(List<Query<F>> parts) ->
          parts.isEmpty() ? TRUE : new Condition.Any(conditions(parts));
      case Query.Nor<F>(List<Query<F>> parts) ->
          parts.isEmpty() ? FALSE : new Condition.Any(conditions(parts)).negated();
      case Query.Where<F>(F field, List<ValueTest> tests, boolean ignoreCase) -> {
        Source source = fields.sources().apply(field);
        yield new Condition.All(
            tests.stream().map(test -> where(source, test, ignoreCase)).toList());
      }
      case Query.Tagged<F>(F field, TagTest test, boolean negated) -> {
        Condition held = tagged(tags(field), test);
        yield negated ? held.negated() : held;
      }
    };
  }

  private List<Condition> conditions(List<Query<F>> parts) {
    return parts.stream().map(this::condition).toList();
  }

  private Source.Tags tags(F field) {
    if (fields.sources().apply(field) instanceof Source.Tags tags) {
      return tags;
    }
    throw new IllegalArgumentException(field.wireName() + " has no tags");
  }

  private Condition where(Source source, ValueTest test, boolean ignoreCase) {
    return switch (test) {
      case ValueTest.Equal(Literal.Null _) -> some(source).negated();
      case ValueTest.NotEqual(Literal.Null _) -> some(source);
      case ValueTest.Equal(Literal value) ->
          some(source, new ValueTest.Among(List.of(value)), ignoreCase);
      case ValueTest.NotEqual(Literal value) ->
          some(source, new ValueTest.Among(List.of(value)), ignoreCase).negated();
      case ValueTest.NotAmong(List<Literal> values) ->
          some(source, new ValueTest.Among(values), ignoreCase).negated();
      case ValueTest.Among _, ValueTest.Ordered _, ValueTest.Partial _ ->
          some(source, test, ignoreCase);
    };
  }

  /** Whether there is a value. */
  private static Condition some(Source source) {
    return switch (source) {
      case Source.One one -> isThere(one);
      case Source.Aside(Source.One whole, Source.Many _) -> isThere(whole);
      case Source.Many(Source.Rows rows, Source.Element _) -> any(rows);
      case Source.Ancestors _ -> new Condition.Plain("d.parent_id IS NOT NULL");
      case Source.Nowhere _ -> FALSE;
      case Source.Tags tags -> any(tags.ofKeys().rows());
    };
  }

  private static Condition isThere(Source.One one) {
    return one.nullable() ? new Condition.Plain(isThere(one.element())) : TRUE;
  }

  /** Asked of the form of a text that an index holds. */
  private static String isThere(Source.Element element) {
    String column =
        element instanceof Source.Element.Text text && text.index() == Source.TextIndex.FOLDED
            ? text.folded()
            : element.column();
    return column + " IS NOT NULL";
  }

  private static Condition any(Source.Rows rows) {
    return new Condition.Some(rows, List.of(new Match.Anything()), true, false);
  }

  /** Whether there is a value that satisfies the test, which asks for some value. */
  private Condition some(Source source, ValueTest test, boolean ignoreCase) {
    return switch (source) {
      case Source.One(Source.Element element, boolean nullable) -> {
        String tested = elements.test(element, test, ignoreCase);
        yield new Condition.Plain(
            nullable ? "(" + isThere(element) + " AND " + tested + ")" : tested);
      }
      case Source.Aside(Source.One _, Source.Many values) -> some(values, test, ignoreCase);
      case Source.Many(Source.Rows rows, Source.Element element) ->
          new Condition.Some(
              rows, List.of(new Match.Value(element, test, ignoreCase)), false, false);
      case Source.Ancestors _ ->
          new Condition.Plain(
              ancestor(elements.test(new Source.Element.Id("s.parent_id"), test, ignoreCase)));
      case Source.Nowhere _ -> FALSE;
      case Source.Tags _ -> throw new IllegalArgumentException("tags are tested as tags");
    };
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

  private Condition tagged(Source.Tags tags, TagTest test) {
    return switch (test) {
      case TagTest.Untagged _ -> any(tags.ofKeys().rows()).negated();
      case TagTest.SomeTag(TagPart key, TagPart value) -> someTag(tags, key, value);
      case TagTest.Keyed(List<KeyTest> keys) ->
          new Condition.All(keys.stream().map(key -> keyed(tags, key)).toList());
    };
  }

  /**
   * Another value than few have is what all have that have the key, but those few that have no
   * other value beside: their keys stand in few sets.
   */
  private Condition someTag(Source.Tags tags, TagPart key, TagPart value) {
    if (tags.keySets().isPresent()
        && key instanceof TagPart.OneOf(List<String> keys)
        && value instanceof TagPart.NoneOf(List<String> values)
        && fields.areFew().test(keys, values)) {
      var only =
          new Match.Only(
              tags,
              new TagRange(key, new TagPart.OneOf(values)),
              Columns.OTHERS,
              new TagRange(key, value));
      return new Condition.All(
          List.of(
              tag(tags, key, new TagPart.Anything()),
              new Condition.Some(tags.rows(), List.of(only), false, true)));
    }
    return tag(tags, key, value);
  }

  private static Condition keyed(Source.Tags tags, KeyTest test) {
    TagPart key = new TagPart.OneOf(List.of(test.key()));
    return switch (test.has()) {
      case Has.Nothing _ -> tag(tags, key, new TagPart.Anything()).negated();
      case Has.OneOf(List<String> values) -> tag(tags, key, new TagPart.OneOf(values));
      case Has.NoneOf(List<String> values) -> tag(tags, key, new TagPart.OneOf(values)).negated();
    };
  }

  private static Condition tag(Source.Tags tags, TagPart key, TagPart value) {
    var range = new TagRange(key, value);
    Source.Tags asked = value instanceof TagPart.Anything ? tags.ofKeys() : tags;
    return new Condition.Some(
        asked.rows(),
        List.of(new Match.Tag(asked, range)),
        asked.isDense() && range.isCommon(),
        false);
  }
}
