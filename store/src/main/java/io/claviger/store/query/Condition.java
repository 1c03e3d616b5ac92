package io.claviger.store.query;

import io.claviger.core.query.ValueTest;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A query on its way to SQL: what the row itself tells, and what rows of other tables tell that
 * belong to it.
 */
sealed interface Condition {
  /**
   * SQL that is true or false of the row outside, never NULL.
   *
   * @param findsMost whether most rows satisfy it; a guess: what a query asks for few do, and so
   *     most do the opposite
   */
  record Plain(String sql, boolean findsMost) implements Condition {
    /** What a query asks for. */
    Plain(String sql) {
      this(sql, false);
    }
  }

  /**
   * Whether some row of another table matches one of these.
   *
   * @param matches at least one
   * @param isCommon whether that holds for many rows outside, as far as the query tells
   * @param isNegated whether it must not hold
   */
  record Some(Source.Rows rows, List<Match> matches, boolean isCommon, boolean isNegated)
      implements Condition {
    public Some {
      matches = List.copyOf(matches);
    }
  }

  /** All hold; without parts it is true. */
  record All(List<Condition> parts) implements Condition {
    public All {
      parts = List.copyOf(parts);
    }
  }

  /** One holds; without parts it is false. */
  record Any(List<Condition> parts) implements Condition {
    public Any {
      parts = List.copyOf(parts);
    }
  }

  /** What one row of another table must be like. */
  sealed interface Match {
    /** Anything. */
    record Anything() implements Match {}

    /** A tag with such a key and such a value. */
    record Tag(Source.Tags tags, TagRange range) implements Match {}

    /**
     * The same beside no other tag of another range.
     *
     * @param others the tags of the row that has the tag
     */
    record Only(Source.Tags tags, TagRange range, Source.Tags others, TagRange other)
        implements Match {}

    /**
     * A value that satisfies a test.
     *
     * @param test asks whether some value is so, not whether none is
     */
    record Value(Source.Element element, ValueTest test, boolean ignoreCase) implements Match {}
  }

  /** Whether it is made of nothing but what many rows outside have, or what few must not have. */
  default boolean findsMost() {
    return switch (this) {
      case Plain(String _, boolean findsMost) -> findsMost;
      case Some some -> some.isCommon() != some.isNegated();
      case Any(List<Condition> parts) -> parts.stream().anyMatch(Condition::findsMost);
      case All(List<Condition> parts) ->
          !parts.isEmpty() && parts.stream().allMatch(Condition::findsMost);
    };
  }

  /** The opposite, with what is negated at the ends of the tree. */
  default Condition negated() {
    return switch (this) {
      case Plain(String sql, boolean findsMost) -> new Plain(Sql.not(sql), !findsMost);
      case Some(Source.Rows rows, List<Match> matches, boolean isCommon, boolean isNegated) ->
          new Some(rows, matches, isCommon, !isNegated);
      case All(List<Condition> parts) -> new Any(opposites(parts));
      case Any(List<Condition> parts) -> new All(opposites(parts));
    };
  }

  private static List<Condition> opposites(List<Condition> parts) {
    return parts.stream().map(Condition::negated).toList();
  }

  /**
   * The same with each table asked once where that is possible: "some tag is this, or some tag is
   * that" is "some tag is this or that", and likewise for "none is this, and none is that". A
   * hundred alternatives are then one set and not a hundred that are each asked for each row.
   */
  default Condition merged() {
    return switch (this) {
      case Plain _, Some _ -> this;
      case All(List<Condition> parts) -> {
        List<Condition> flat = new ArrayList<>();
        for (Condition part : parts) {
          Condition merged = part.merged();
          if (merged instanceof All(List<Condition> inner)) {
            flat.addAll(inner);
          } else {
            flat.add(merged);
          }
        }
        yield only(new All(merge(flat, true)));
      }
      case Any(List<Condition> parts) -> {
        List<Condition> flat = new ArrayList<>();
        for (Condition part : parts) {
          Condition merged = part.merged();
          if (merged instanceof Any(List<Condition> inner)) {
            flat.addAll(inner);
          } else {
            flat.add(merged);
          }
        }
        yield only(new Any(merge(flat, false)));
      }
    };
  }

  /** A part that stands alone needs nothing around it. */
  private static Condition only(Condition of) {
    List<Condition> parts =
        switch (of) {
          case All(List<Condition> all) -> all;
          case Any(List<Condition> any) -> any;
          case Plain _, Some _ -> List.of();
        };
    return parts.size() == 1 ? parts.getFirst() : of;
  }

  /** What may be asked together: about the same rows, and as often true. */
  record Together(Source.Rows rows, boolean isCommon) {}

  private static List<Condition> merge(List<Condition> parts, boolean mergesNegated) {
    Map<Object, Condition> kept = new LinkedHashMap<>();
    for (Condition part : parts) {
      if (part instanceof Some some && some.isNegated() == mergesNegated) {
        kept.merge(
            new Together(some.rows(), some.isCommon()),
            some,
            (before, more) -> joined((Some) before, (Some) more));
      } else {
        kept.putIfAbsent(part, part);
      }
    }
    return List.copyOf(kept.values());
  }

  private static Some joined(Some before, Some more) {
    List<Match> matches = new ArrayList<>(before.matches());
    matches.addAll(more.matches());
    return new Some(before.rows(), matches, before.isCommon(), before.isNegated());
  }
}
