package io.claviger.store.query;

import io.claviger.core.query.Literal;
import io.claviger.core.query.TagPart;
import io.claviger.core.query.ValueTest;
import io.claviger.core.query.ValueTest.Position;
import io.claviger.store.Dialect;
import io.claviger.store.FoundIds;
import io.claviger.store.query.Condition.Match;
import io.claviger.store.query.Source.Element;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Writes a {@link Condition} as each database goes about it best. */
final class ConditionSql {
  /** Tests of every text from which on it is worth while to find out which texts there are. */
  private static final int DIFFERENT_FIRST = 3;

  /** Sets that PostgreSQL may join: to find the best order of hundreds takes it minutes. */
  private static final int JOINED_MAX = 8;

  /** Devices of which SQLite looks up all; past more it comes to the end of a page sooner. */
  private static final int FEW_DEVICES = 5_000;

  private final Sql sql;
  private final ElementTests elements;
  private final Dialect dialect;
  private final boolean isWalk;

  /**
   * With the SQL for values.
   *
   * @param isWalk whether most rows that are met match, so that no set is worth while
   */
  ConditionSql(Sql sql, ElementTests elements, Dialect dialect, boolean isWalk) {
    this.sql = sql;
    this.elements = elements;
    this.dialect = dialect;
    this.isWalk = isWalk;
  }

  /** For a WHERE that has it beside others with AND. */
  String sql(Condition condition) {
    return switch (condition) {
      case Condition.Some some -> some(some, true);
      case Condition.All(List<Condition> parts) -> Sql.all(together(parts));
      case Condition.Plain _, Condition.Any _ -> inside(condition);
    };
  }

  /**
   * Finds the identifiers of the rows outside, in rows of the same application. Empty when the rows
   * outside must be looked at.
   */
  Optional<FoundIds> owners(Condition condition) {
    return condition instanceof Condition.Some some && isSelective(some)
        ? Optional.of(owners(some))
        : Optional.empty();
  }

  private static boolean isSelective(Condition.Some some) {
    return !some.isNegated() && !some.isCommon();
  }

  /** The same for the rows outside that do not satisfy it. */
  Optional<String> others(Condition condition) {
    return condition instanceof Condition.Some some && some.isNegated()
        ? Optional.of(once(some.rows(), branches(some)))
        : Optional.empty();
  }

  /** As {@link #owners}, for devices, without those that are deleted. */
  Optional<FoundIds> owningDevices(Condition condition) {
    return ofDevices(condition)
        .filter(ConditionSql::isSelective)
        .map(some ->
            switch (dialect) {
              case SQLITE -> {
                String all = owners(some.rows(), branches(some));
                yield new FoundIds(present(onceInAnyOrder(all)), Optional.empty(), FEW_DEVICES);
              }
              case POSTGRESQL -> new FoundIds(presentOnce(some));
            });
  }

  /** As {@link #others}, for devices, without those that are deleted. */
  Optional<String> otherDevices(Condition condition) {
    return ofDevices(condition).filter(Condition.Some::isNegated).map(this::presentOnce);
  }

  private static Optional<Condition.Some> ofDevices(Condition condition) {
    return condition instanceof Condition.Some some && some.rows().outer().equals(Columns.DEVICE)
        ? Optional.of(some)
        : Optional.empty();
  }

  private String presentOnce(Condition.Some some) {
    return present("SELECT o.owner_id FROM (" + once(some.rows(), branches(some)) + ") o");
  }

  /**
   * Those of {@code o} that are not deleted. Both databases have the deleted in memory when they go
   * through the others, if they are few.
   */
  private String present(String devices) {
    String deleted =
        "SELECT x.id FROM device x WHERE x.application_id = :%s AND x.deleted_at IS NOT NULL"
            .formatted(Columns.APPLICATION);
    return devices
        + switch (dialect) {
          case SQLITE -> " WHERE o.owner_id NOT IN (" + deleted + ")";
          case POSTGRESQL -> " WHERE NOT EXISTS (" + deleted + " AND x.id = o.owner_id)";
        };
  }

  /**
   * PostgreSQL knows whether it is better to meet the rows in the order of their owners. SQLite
   * would always do so if it could, past all rows; so it may where all are looked at anyway.
   */
  private FoundIds owners(Condition.Some some) {
    Source.Rows rows = some.rows();
    List<String> branches = branches(some);
    if (dialect == Dialect.SQLITE && !looksAtEach(some)) {
      return new FoundIds(onceInAnyOrder(owners(rows, branches)));
    }
    Source.Rows later = rows.narrowed(rows.owner() + " > " + FoundIds.LAST);
    return new FoundIds(once(rows, branches), once(later, branches));
  }

  /** Whether every text is tested, and an index has them in the order of their owners. */
  private static boolean looksAtEach(Condition.Some some) {
    return some.matches().stream()
        .allMatch(match ->
            match instanceof Match.Value value
                && value.element() instanceof Element.Lengthy lengthy
                && lengthy.isAlongOwners()
                && !isSought(value));
  }

  /** Only so many of them may be joined, those that come first. */
  private List<String> together(List<Condition> parts) {
    List<String> texts = new ArrayList<>();
    int joined = 0;
    for (Condition part : parts) {
      boolean looksElsewhere = part instanceof Condition.Some;
      boolean alone = looksElsewhere && dialect == Dialect.POSTGRESQL && ++joined > JOINED_MAX;
      texts.add(alone ? unjoined(inside(part)) : sql(part));
    }
    return texts;
  }

  /** For each row by itself: PostgreSQL joins no set that it finds inside of OR. */
  private static String unjoined(String condition) {
    return "(" + condition + " OR " + Sql.FALSE + ")";
  }

  /** For a place inside of OR. */
  private String inside(Condition condition) {
    return switch (condition) {
      case Condition.Plain(String text, boolean _) -> text;
      case Condition.Some some -> some(some, false);
      case Condition.All(List<Condition> parts) ->
          Sql.all(parts.stream().map(this::inside).toList());
      case Condition.Any(List<Condition> parts) ->
          Sql.any(parts.stream().map(this::inside).toList());
    };
  }

  private String some(Condition.Some some, boolean isJoined) {
    return switch (dialect) {
      case SQLITE -> some.isNegated() ? Sql.not(onSqlite(some)) : onSqlite(some);
      case POSTGRESQL -> onPostgres(some, isJoined);
    };
  }

  /**
   * A set that is made once; looking up each row SQLite might choose an index that finds half the
   * table. What many have is looked up for each row instead, for that set would be large unless it
   * is one of few rows; and without the application, whose indexes must not be chosen: those that
   * begin with the row are right.
   */
  private String onSqlite(Condition.Some some) {
    Source.Rows rows = some.rows();
    if ((some.isCommon() && !rows.areFew()) || isWalk) {
      return lookup(rows, rows.narrowing() + " AND " + Sql.any(branches(some)));
    }
    return in(rows, branches(some));
  }

  /**
   * PostgreSQL knows how many there are, and joins or looks up as is best; through a set inside of
   * OR or NOT it might look for each row, if the set is too large for its memory. A set of few rows
   * never is, and how many rows outside belong to none of them PostgreSQL guesses badly: a join
   * would make it sort what it thinks is next to nothing.
   */
  private String onPostgres(Condition.Some some, boolean isJoined) {
    Source.Rows rows = some.rows();
    List<String> branches = branches(some);
    if (rows.areFew()) {
      return some.isNegated() ? Sql.not(in(rows, branches)) : in(rows, branches);
    }
    if (isWalk && !some.isNegated()) {
      // The offset keeps PostgreSQL from joining.
      return lookup(rows, rows.scope() + " AND " + Sql.any(branches) + " OFFSET 0");
    }
    if (isJoined && !some.isNegated() && branches.size() > 1) {
      return in(rows, branches);
    }
    List<String> lookups =
        branches.stream().map(branch -> lookup(rows, rows.scope() + " AND " + branch)).toList();
    if (!some.isNegated()) {
      return Sql.any(lookups);
    }
    boolean many = lookups.size() > JOINED_MAX;
    return Sql.all(lookups.stream().map(Sql::not).map(it -> many ? unjoined(it) : it).toList());
  }

  private static String lookup(Source.Rows rows, String condition) {
    return "EXISTS (SELECT 1 FROM %s WHERE %s = %s AND %s)"
        .formatted(rows.table(), rows.owner(), rows.outer(), condition);
  }

  private static String in(Source.Rows rows, List<String> branches) {
    return rows.outer() + " IN (" + owners(rows, branches) + ")";
  }

  /** Each owner as often as there are rows. */
  private static String owners(Source.Rows rows, List<String> branches) {
    return String.join(" UNION ALL ", sets(rows, branches));
  }

  /** Each owner once. */
  private static String once(Source.Rows rows, List<String> branches) {
    List<String> sets = sets(rows, branches);
    return sets.size() == 1
        ? sets.getFirst().replaceFirst("SELECT", "SELECT DISTINCT")
        : String.join(" UNION ", sets);
  }

  /** Each of them once, for SQLite: an expression has no order in an index. */
  private static String onceInAnyOrder(String owners) {
    return "SELECT DISTINCT +o.owner_id AS owner_id FROM (" + owners + ") o";
  }

  private static List<String> sets(Source.Rows rows, List<String> branches) {
    List<String> sets = new ArrayList<>();
    for (String branch : branches) {
      sets.add(
          "SELECT %s AS owner_id FROM %s WHERE %s AND %s"
              .formatted(rows.owner(), rows.table(), rows.scope(), branch));
    }
    return sets;
  }

  /** Conditions that an index answers one by one, and one for all that must look at every row. */
  private List<String> branches(Condition.Some some) {
    List<TagRange> ranges = new ArrayList<>();
    Map<Lookup, Set<Literal>> equal = new LinkedHashMap<>();
    List<Match.Value> values = new ArrayList<>();
    List<String> found = new ArrayList<>();
    for (Match match : new LinkedHashSet<>(some.matches())) {
      switch (match) {
        case Match.Anything _ -> {
          return List.of(Sql.TRUE);
        }
        case Match.Tag(Source.Tags _, TagRange range) -> ranges.add(range);
        case Match.Only only -> found.add(only(only));
        case Match.Value(Element element, ValueTest.Among(List<Literal> among), boolean ci) ->
            equal
                .computeIfAbsent(new Lookup(element, ci), _ -> new LinkedHashSet<>())
                .addAll(among);
        case Match.Value value -> values.add(value);
      }
    }
    for (TagRange range : TagRange.merged(ranges)) {
      found.add(tag(tags(some), range));
    }
    equal.forEach((lookup, among) ->
        values.add(
            new Match.Value(
                lookup.element(), new ValueTest.Among(List.copyOf(among)), lookup.ignoreCase())));
    found.addAll(values(some.rows(), values));
    // What is not in the index SQLite reads of the rows that are tested for it, and of no other.
    return dialect == Dialect.SQLITE && looksAtEach(some) ? List.of(Sql.any(found)) : found;
  }

  /** How values are compared. */
  private record Lookup(Element element, boolean ignoreCase) {}

  private static Source.Tags tags(Condition.Some some) {
    return some.matches().stream()
        .filter(Match.Tag.class::isInstance)
        .map(Match.Tag.class::cast)
        .map(Match.Tag::tags)
        .findFirst()
        .orElseThrow();
  }

  private String only(Match.Only only) {
    Source.Rows others = only.others().rows();
    String other = tag(only.others(), only.other());
    return Sql.all(
        List.of(
            tag(only.tags(), only.range()),
            Sql.not(lookup(others, others.narrowing() + " AND " + other))));
  }

  private String tag(Source.Tags tags, TagRange range) {
    return Sql.all(List.of(part(tags.key(), range.key()), part(tags.value(), range.value())));
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

  private List<String> values(Source.Rows rows, List<Match.Value> values) {
    List<String> found = new ArrayList<>();
    List<String> ofEvery = new ArrayList<>();
    List<String> ofEveryWhole = new ArrayList<>();
    for (Match.Value value : values) {
      List<String> into = isSought(value) ? found : ofEvery;
      if (value.element()
          instanceof Element.Lengthy(Element.Text brief, Element.Text whole, var _)) {
        into.add(elements.test(brief, value.test(), value.ignoreCase()));
        if (mayBeLong(value.test())) {
          ofEveryWhole.add(elements.test(whole, value.test(), value.ignoreCase()));
        }
      } else {
        into.add(elements.test(value.element(), value.test(), value.ignoreCase()));
      }
    }
    if (!ofEvery.isEmpty()) {
      found.add(ofEvery(rows, values.getFirst().element(), ofEvery));
    }
    if (!ofEveryWhole.isEmpty()
        && values.getFirst().element()
            instanceof Element.Lengthy(Element.Text brief, var _, var _)) {
      // Once for all tests: SQLite would look at every row for alternatives that each ask it.
      found.add("(" + brief.column() + " IS NULL AND " + Sql.any(ofEveryWhole) + ")");
    }
    return found;
  }

  /** Tests of texts that each have to be looked at; the different ones first if they repeat. */
  private String ofEvery(Source.Rows rows, Element element, List<String> tests) {
    String any = Sql.any(tests);
    // Rows that PostgreSQL walks past are few.
    boolean areFew = isWalk && dialect == Dialect.POSTGRESQL;
    return switch (element) {
      case Element.Text text when text.index() == Source.TextIndex.WORD && !isWalk ->
          DifferentTexts.among(rows, text, any);
      case Element.Lengthy(Element.Text brief, var _, var _)
          when tests.size() >= DIFFERENT_FIRST && !areFew ->
          DifferentTexts.satisfy(rows, brief, any);
      default -> any;
    };
  }

  /** Whether an index finds it, so that a set of its own costs no more than what is in it. */
  private static boolean isSought(Match.Value value) {
    return switch (value.test()) {
      case ValueTest.Partial(Position position, String _) -> position == Position.START;
      default -> true;
    };
  }

  /** Whether a text that is not brief may satisfy it. */
  private static boolean mayBeLong(ValueTest test) {
    return !(test instanceof ValueTest.Among(List<Literal> values))
        || values.stream()
            .anyMatch(value ->
                value instanceof Literal.Text(String text) && !AccessKeyLists.isBrief(text));
  }
}
