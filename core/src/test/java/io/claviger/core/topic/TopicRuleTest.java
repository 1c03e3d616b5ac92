package io.claviger.core.topic;

import static io.claviger.core.topic.Topics.filter;
import static io.claviger.core.topic.Topics.name;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.claviger.core.testing.CaseTable;
import io.claviger.core.testing.CaseTable.Row;
import io.claviger.core.topic.TopicRule.Except;
import io.claviger.core.topic.TopicRule.Only;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class TopicRuleTest {
  private static final long SEED = 20_260_106;

  private static final List<TopicName> NAMES =
      Topics.names(Topics.paths(List.of("", "a", "b", "z", "$", "losant"), 4));

  private static final List<TopicFilter> FILTERS =
      Topics.filters(Topics.paths(List.of("", "a", "b", "$", "losant", "+", "#"), 3));

  private static final List<TopicFilter> ENTRIES =
      FILTERS.stream().filter(f -> Topics.accepted(TopicListEntry.parse(f.text()))).toList();

  static List<Row> cases() {
    return CaseTable.read("topic");
  }

  @ParameterizedTest
  @MethodSource("cases")
  void theTableHolds(Row row) {
    List<TopicFilter> listed =
        row.list("topics").stream().map(text -> TopicListEntry.parse(text).orThrow()).toList();
    String topic = row.get("topic");
    boolean publish =
        switch (row.get("action")) {
          case "publish" -> true;
          case "subscribe" -> false;
          default -> throw new IllegalArgumentException("no such action at " + row.place());
        };
    // The list of the other direction says the opposite, so a mix-up shows.
    List<TopicFilter> nothing = List.of();
    List<TopicFilter> everything = List.of(filter("#"));
    CustomTopics topics =
        switch (row.get("filterType")) {
          case "all" -> CustomTopics.ALL;
          case "none" -> CustomTopics.NONE;
          case "whitelist" -> {
            List<TopicFilter> other = row.get("outcome").equals("permitted") ? nothing : everything;
            yield publish ? CustomTopics.only(listed, other) : CustomTopics.only(other, listed);
          }
          case "blacklist" -> {
            List<TopicFilter> other = row.get("outcome").equals("permitted") ? everything : nothing;
            yield publish ? CustomTopics.except(listed, other) : CustomTopics.except(other, listed);
          }
          default -> throw new IllegalArgumentException("no such filterType at " + row.place());
        };

    boolean permitted =
        publish ? topics.permitsPublish(name(topic)) : topics.permitsSubscribe(filter(topic));

    assertThat(permitted ? "permitted" : "refused").isEqualTo(row.get("outcome"));
  }

  @Test
  void exceptIsComplementOfOnlyAmongCustomTopics() {
    Random random = new Random(SEED);
    for (int i = 0; i < 200; i++) {
      List<TopicFilter> entries = entries(random);
      for (TopicName name : NAMES) {
        boolean either =
            new Only(entries).permitsPublish(name) ^ new Except(entries).permitsPublish(name);
        check(either == CustomTopics.isCustom(name), entries, name);
      }
    }
  }

  @Test
  void subscribeNeedsEveryMatchedTopicPermitted() {
    Random random = new Random(SEED);
    int permitted = 0;
    for (int i = 0; i < 40; i++) {
      List<TopicFilter> entries = entries(random);
      for (TopicRule rule : List.of(new Only(entries), new Except(entries))) {
        for (TopicFilter wanted : FILTERS) {
          boolean subscribe = rule.permitsSubscribe(wanted);
          List<TopicName> custom = customNames(wanted);
          boolean everyOne = !custom.isEmpty() && custom.stream().allMatch(rule::permitsPublish);
          check(!subscribe || everyOne, entries, wanted);
          // Several entries may cover a filter together; one entry, or exceptions, decide exactly.
          boolean exact = rule instanceof Except || entries.size() == 1;
          check(!exact || subscribe == everyOne, entries, wanted);
          permitted += subscribe ? 1 : 0;
        }
      }
    }
    assertThat(permitted).as("seed %d, both answers are tried", SEED).isGreaterThan(1000);
  }

  @Test
  void noRuleOpensTopicsOfThePlatformOrTheBroker() {
    List<TopicFilter> wide = Stream.of("#", "+/#", "+/+/+").map(Topics::filter).toList();
    for (TopicRule rule : List.of(new TopicRule.All(), new Only(wide), new Except(List.of()))) {
      for (TopicName name : NAMES) {
        String first = name.text().split("/", -1)[0];
        if (first.equals("losant") || first.startsWith("$")) {
          assertThat(rule.permitsPublish(name)).as("%s", name).isFalse();
          assertThat(rule.permitsSubscribe(filter(name.text()))).as("%s", name).isFalse();
        }
      }
    }
  }

  @Test
  void anEmptyListIsNothingOrEverythingAndNeverTheOther() {
    for (TopicName name : NAMES) {
      assertThat(new Only(List.of()).permitsPublish(name)).isFalse();
      assertThat(new Except(List.of()).permitsPublish(name)).isEqualTo(CustomTopics.isCustom(name));
    }
  }

  @Test
  void aListHoldsUpToAThousandFiltersThatMayBeListed() {
    List<TopicFilter> thousand = Collections.nCopies(1000, filter("a"));
    List<TopicFilter> more = Collections.nCopies(1001, filter("a"));

    assertThat(new Only(thousand).filters()).hasSize(TopicRule.FILTERS_MAX);
    assertThat(new Except(thousand).filters()).hasSize(TopicRule.FILTERS_MAX);
    assertThatThrownBy(() -> new Only(more)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new Except(more)).isInstanceOf(IllegalArgumentException.class);
    for (String text : List.of("losant", "losant/#", "$SYS/#")) {
      List<TopicFilter> foreign = List.of(filter(text));
      assertThatThrownBy(() -> new Only(foreign)).isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(() -> new Except(foreign)).isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void aRuleKeepsItsFiltersWhenTheListGivenChanges() {
    List<TopicFilter> filters = new ArrayList<>(List.of(filter("a")));
    Except rule = new Except(filters);
    filters.clear();

    assertThat(rule.filters()).hasSize(1);
  }

  private static List<TopicName> customNames(TopicFilter wanted) {
    return NAMES.stream().filter(CustomTopics::isCustom).filter(wanted::matches).toList();
  }

  private static List<TopicFilter> entries(Random random) {
    return Stream.generate(() -> ENTRIES.get(random.nextInt(ENTRIES.size())))
        .limit(1 + random.nextInt(3))
        .toList();
  }

  /** Descriptions for a million checks would take longer than the checks. */
  private static void check(boolean holds, List<TopicFilter> entries, Object topic) {
    if (!holds) {
      throw new AssertionError("seed %d, entries %s, topic `%s`".formatted(SEED, entries, topic));
    }
  }
}
