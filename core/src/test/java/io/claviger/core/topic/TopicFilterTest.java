package io.claviger.core.topic;

import static io.claviger.core.topic.Topics.filter;
import static io.claviger.core.topic.Topics.name;
import static org.assertj.core.api.Assertions.assertThat;

import io.claviger.core.testing.CaseTable;
import io.claviger.core.testing.CaseTable.Row;
import java.util.BitSet;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class TopicFilterTest {
  static List<Row> cases() {
    return CaseTable.read("topic-filter");
  }

  @ParameterizedTest
  @MethodSource("cases")
  void theTableHolds(Row row) {
    TopicFilter filter = filter(row.get("filter"));
    String other = row.get("other");

    boolean holds =
        switch (row.get("relation")) {
          case "matches" -> filter.matches(name(other));
          case "covers" -> filter.covers(filter(other));
          case "overlaps" -> filter.overlaps(filter(other)) && filter(other).overlaps(filter);
          default -> throw new IllegalArgumentException("no such relation at " + row.place());
        };

    assertThat(holds).isEqualTo(row.yes("holds"));
  }

  @Test
  void everyShortFilterMatchesTheNamesItsRegularExpressionMatches() {
    List<TopicFilter> filters = Topics.filters(Topics.texts("ab+#/$", 6));
    List<TopicName> names = Topics.names(Topics.texts("ab/$", 6));
    assertThat(filters).hasSizeGreaterThan(6000);
    assertThat(names).hasSizeGreaterThan(5000);

    for (TopicFilter filter : filters) {
      BitSet expected = Topics.matched(filter, names);
      for (int i = 0; i < names.size(); i++) {
        if (filter.matches(names.get(i)) != expected.get(i)) {
          throw new AssertionError(
              "`%s` matches `%s` should be %s".formatted(filter, names.get(i), expected.get(i)));
        }
      }
    }
  }

  /**
   * The names have a letter (z) that no filter has, and are long enough to hold one that tells any
   * two of the filters apart, so these finitely many names stand for all.
   */
  @Test
  void relationsOfShortFiltersAreThoseOfTheirSetsOfNames() {
    relationsAgree(
        Topics.filters(Topics.texts("ab+#/$", 4)), Topics.names(Topics.texts("abz/$", 5)));
  }

  @Test
  void relationsOfDeepFiltersAreThoseOfTheirSetsOfNames() {
    relationsAgree(
        Topics.filters(Topics.paths(List.of("", "a", "ab", "$", "+", "#"), 4)),
        Topics.names(Topics.paths(List.of("", "a", "ab", "z", "$"), 5)));
  }

  private static void relationsAgree(List<TopicFilter> filters, List<TopicName> names) {
    assertThat(filters).hasSizeGreaterThan(400);
    List<BitSet> sets = filters.stream().map(filter -> Topics.matched(filter, names)).toList();
    int covered = 0;
    int overlapping = 0;
    for (int i = 0; i < filters.size(); i++) {
      TopicFilter filter = filters.get(i);
      for (int j = 0; j < filters.size(); j++) {
        TopicFilter other = filters.get(j);
        boolean covers = Topics.contains(sets.get(i), sets.get(j));
        boolean overlaps = sets.get(i).intersects(sets.get(j));
        if (filter.covers(other) != covers) {
          throw new AssertionError(
              "`%s` covers `%s` should be %s".formatted(filter, other, covers));
        }
        if (filter.overlaps(other) != overlaps) {
          throw new AssertionError(
              "`%s` overlaps `%s` should be %s".formatted(filter, other, overlaps));
        }
        covered += covers ? 1 : 0;
        overlapping += overlaps ? 1 : 0;
      }
    }
    assertThat(covered).isGreaterThan(filters.size());
    assertThat(overlapping).isGreaterThan(covered);
  }

  @Test
  void filtersAreEqualWhenTheyAreWrittenAlike() {
    assertThat(filter("a/+")).isEqualTo(filter("a/+")).hasSameHashCodeAs(filter("a/+"));
    assertThat(filter("#")).isNotEqualTo(filter("+/#"));
    assertThat(name("a/b")).isEqualTo(name("a/b")).hasSameHashCodeAs(name("a/b"));
    assertThat(name("a/b")).isNotEqualTo(name("a/c")).hasToString("a/b");
    assertThat(filter("a/+").hashCode()).as("hashes differ").isNotEqualTo(filter("a").hashCode());
    assertThat(name("a/b").hashCode()).as("hashes differ").isNotEqualTo(name("a").hashCode());
  }

  @Test
  void aFilterWithoutWildcardsIsOneName() {
    assertThat(filter("a/b").onlyName()).contains(name("a/b"));
    assertThat(filter("a/+").onlyName()).isEmpty();
    assertThat(filter("a/#").onlyName()).isEmpty();
  }

  @Test
  void filtersOfTheGreatestLengthAreComparedInOnePass() {
    TopicFilter deep = filter("/".repeat(65_535));
    TopicFilter wild = filter("+/".repeat(32_767) + "#");

    assertThat(deep.matches(name(deep.text()))).isTrue();
    assertThat(deep.covers(deep)).isTrue();
    assertThat(wild.covers(deep)).isTrue();
    assertThat(deep.covers(wild)).isFalse();
    assertThat(wild.overlaps(deep)).isTrue();
  }
}
