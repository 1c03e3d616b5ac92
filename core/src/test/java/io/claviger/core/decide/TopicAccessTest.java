package io.claviger.core.decide;

import static org.assertj.core.api.Assertions.assertThat;

import io.claviger.core.decide.TopicAccess.Answer;
import io.claviger.core.device.DeviceClass;
import io.claviger.core.device.DeviceFacts;
import io.claviger.core.device.DeviceReach;
import io.claviger.core.device.DeviceSelection;
import io.claviger.core.device.Tag;
import io.claviger.core.device.TagSelector;
import io.claviger.core.id.ApplicationId;
import io.claviger.core.id.DeviceId;
import io.claviger.core.testing.CaseTable;
import io.claviger.core.testing.CaseTable.Row;
import io.claviger.core.topic.CustomTopics;
import io.claviger.core.topic.TopicFilter;
import io.claviger.core.topic.TopicName;
import io.claviger.core.topic.TopicSubscription;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What a connected device may do with topics: the table, and all small cases against an oracle. */
class TopicAccessTest {
  private static final ApplicationId HERE = new ApplicationId("a".repeat(24));
  private static final ApplicationId ELSEWHERE = new ApplicationId("b".repeat(24));
  private static final DeviceId SELF = new DeviceId("1".repeat(24));
  private static final DeviceId OTHER = new DeviceId("2".repeat(24));
  private static final Tag MARK = new Tag("mark", "x");

  static List<Row> cases() {
    return CaseTable.read("mqtt-topics");
  }

  @ParameterizedTest
  @MethodSource("cases")
  void theTableHolds(Row row) {
    TopicAccess access = access(row);
    Optional<DeviceFacts> other = other(row.get("other"));
    String text = row.get("topic").replace("SELF", SELF.text()).replace("OTHER", OTHER.text());
    Optional<TopicName> topic = TopicName.parse(text).toOptional();
    assertThat(topic.map(name -> verdict(access, access.publish(name), other)).orElse("-"))
        .as("publish")
        .isEqualTo(row.get("publish"));
    assertThat(
            TopicSubscription.parse(text)
                .toOptional()
                .map(wanted -> verdict(access, access.subscribe(wanted), other))
                .orElse("no"))
        .as("subscribe")
        .isEqualTo(row.get("subscribe"));
    assertThat(topic.map(name -> verdict(access, access.receive(name), other)).orElse("-"))
        .as("receive")
        .isEqualTo(row.get("receive"));
  }

  private static String verdict(TopicAccess access, Answer answer, Optional<DeviceFacts> other) {
    return permits(access, answer, other) ? "yes" : "no";
  }

  private static boolean permits(TopicAccess access, Answer answer, Optional<DeviceFacts> other) {
    return switch (answer) {
      case Answer.Permitted _ -> true;
      case Answer.Refused _ -> false;
      case Answer.IfDevice device -> access.permits(device, other);
    };
  }

  private static TopicAccess access(Row row) {
    DeviceClass self = DeviceClass.parse(row.get("self")).orThrow();
    DeviceSelection devices =
        switch (row.get("devices")) {
          case "all" -> new DeviceSelection.All();
          case "nothing" -> new DeviceSelection.Only(Set.of(SELF), List.of());
          case "it" -> new DeviceSelection.Only(Set.of(SELF, OTHER), List.of());
          case "tag" ->
              new DeviceSelection.Only(
                  Set.of(SELF),
                  List.of(new TagSelector(Optional.of(MARK.key()), Optional.of(MARK.value()))));
          default -> throw new IllegalArgumentException("no such key at " + row.place());
        };
    return new TopicAccess(
        HERE,
        new DeviceReach.OfDevice(SELF, self.isGateway(), devices),
        custom(row.get("custom")),
        false);
  }

  private static CustomTopics custom(String text) {
    String[] parts = text.split(" ", 2);
    List<TopicFilter> filters =
        parts.length < 2
            ? List.of()
            : Arrays.stream(parts[1].split(", "))
                .map(filter -> TopicFilter.parse(filter).orThrow())
                .toList();
    return switch (parts[0]) {
      case "all" -> CustomTopics.ALL;
      case "none" -> CustomTopics.NONE;
      case "only" -> CustomTopics.only(filters, filters);
      case "except" -> CustomTopics.except(filters, filters);
      default -> throw new IllegalArgumentException(text);
    };
  }

  private static Optional<DeviceFacts> other(String text) {
    return switch (text) {
      case "absent" -> Optional.empty();
      case "mine" -> Optional.of(facts(DeviceClass.PERIPHERAL, HERE, Optional.of(SELF), false));
      case "theirs" ->
          Optional.of(
              facts(
                  DeviceClass.PERIPHERAL, HERE, Optional.of(new DeviceId("3".repeat(24))), false));
      case "anybodys" -> Optional.of(facts(DeviceClass.FLOATING, HERE, Optional.empty(), false));
      case "elsewhere" ->
          Optional.of(facts(DeviceClass.STANDALONE, ELSEWHERE, Optional.empty(), false));
      case "deleted" -> Optional.of(facts(DeviceClass.STANDALONE, HERE, Optional.empty(), true));
      default ->
          Optional.of(facts(DeviceClass.parse(text).orThrow(), HERE, Optional.empty(), false));
    };
  }

  private static DeviceFacts facts(
      DeviceClass deviceClass,
      ApplicationId application,
      Optional<DeviceId> gateway,
      boolean deleted) {
    return new DeviceFacts(OTHER, application, deviceClass, List.of(MARK), gateway, deleted);
  }

  @Test
  void nothingIsToldOfDevicesWhereNothingMayBeChanged() {
    TopicAccess access =
        new TopicAccess(
            HERE,
            new DeviceReach.OfDevice(SELF, true, new DeviceSelection.All()),
            CustomTopics.ALL,
            true);
    TopicName state = TopicName.parse("losant/" + SELF.text() + "/state").orThrow();
    assertThat(access.publish(state)).isEqualTo(new Answer.Refused());
    assertThat(access.receive(state)).isEqualTo(new Answer.Permitted());
    assertThat(access.publish(TopicName.parse("custom").orThrow()))
        .isEqualTo(new Answer.Permitted());
  }

  // ---- all small topics against an oracle of regular expressions ----

  private static final List<String> WORDS =
      List.of("a", "", "$x", "losant", SELF.text(), OTHER.text(), "state", "command");

  private static List<String> texts(List<String> words, int levelsMax) {
    List<String> all = new ArrayList<>();
    List<String> longest = new ArrayList<>(words);
    all.addAll(longest);
    for (int levels = 2; levels <= levelsMax; levels++) {
      List<String> longer = new ArrayList<>();
      for (String text : longest) {
        for (String word : words) {
          longer.add(text + "/" + word);
        }
      }
      all.addAll(longer);
      longest = longer;
    }
    all.removeIf(String::isEmpty);
    return all;
  }

  /** MQTT 3.1.1 section 4.7 as a regular expression, written apart from the matcher. */
  private static Pattern pattern(String filter) {
    String first = filter.startsWith("+") || filter.startsWith("#") ? "(?!\\$)" : "";
    String body = filter.equals("#") ? ".*" : Pattern.quote(filter);
    body =
        body.equals(".*") ? body : body.replace("/#", "\\E(/.*)?\\Q").replace("+", "\\E[^/]*\\Q");
    return Pattern.compile(first + body, Pattern.DOTALL);
  }

  /** The rules in the words of the documents, for a key of this device alone. */
  private static boolean mayReceive(String topic, Set<String> listed, boolean onlyListed) {
    if (topic.startsWith("$")) {
      return false;
    }
    if (topic.equals("losant") || topic.startsWith("losant/")) {
      return topic.equals("losant/" + SELF.text() + "/state")
          || topic.equals("losant/" + SELF.text() + "/command");
    }
    boolean matched = listed.stream().anyMatch(f -> pattern(f).matcher(topic).matches());
    return onlyListed == matched;
  }

  @Test
  void everySmallTopicAndFilterAgreesWithTheOracle() {
    List<String> topics = texts(WORDS, 3);
    List<String> filters =
        texts(List.of("a", "losant", SELF.text(), "state", "+", "#"), 3).stream()
            .filter(text -> TopicFilter.parse(text).toOptional().isPresent())
            .toList();
    for (Set<String> listed :
        List.of(Set.<String>of(), Set.of("a/+"), Set.of("#"), Set.of("+/a"))) {
      for (boolean only : List.of(true, false)) {
        agrees(topics, filters, listed, only);
      }
    }
  }

  private static void agrees(
      List<String> topics, List<String> filters, Set<String> listed, boolean only) {
    List<TopicFilter> list = listed.stream().map(f -> TopicFilter.parse(f).orThrow()).toList();
    TopicAccess access =
        new TopicAccess(
            HERE,
            new DeviceReach.OfDevice(
                SELF, false, new DeviceSelection.Only(Set.of(SELF), List.of())),
            only ? CustomTopics.only(list, list) : CustomTopics.except(list, list),
            false);
    Optional<DeviceFacts> other = other("standalone").map(f -> unmarked());
    for (String topic : topics) {
      TopicName name = TopicName.parse(topic).orThrow();
      boolean expected = mayReceive(topic, listed, only);
      assertThat(permits(access, access.receive(name), other)).as(topic).isEqualTo(expected);
      assertThat(permits(access, access.publish(name), other)).as(topic).isEqualTo(expected);
    }
    for (String filter : filters) {
      Pattern pattern = pattern(filter);
      List<String> matched =
          topics.stream().filter(topic -> pattern.matcher(topic).matches()).toList();
      boolean customAll =
          matched.stream()
              .filter(topic -> !topic.startsWith("losant"))
              .allMatch(topic -> mayReceive(topic, listed, only));
      boolean some = matched.stream().anyMatch(topic -> mayReceive(topic, listed, only));
      boolean all = matched.stream().allMatch(topic -> mayReceive(topic, listed, only));
      TopicSubscription plain = TopicSubscription.parse(filter).orThrow();
      TopicSubscription shared = TopicSubscription.parse("$share/g/" + filter).orThrow();
      boolean taken = permits(access, access.subscribe(plain), other);
      // Never more than the rules say: what is taken has no custom topic that is not permitted.
      if (taken) {
        assertThat(customAll).as("%s with %s %s", filter, only, listed).isTrue();
      }
      // Never less either, unless a rule that is written with wildcards is needed to see it.
      if (!taken && !filter.startsWith("losant")) {
        assertThat(customAll && some && !matched.isEmpty() && listed.isEmpty())
            .as("%s with %s %s", filter, only, listed)
            .isFalse();
      }
      if (permits(access, access.subscribe(shared), other)) {
        assertThat(all).as("shared %s with %s %s", filter, only, listed).isTrue();
      }
    }
  }

  private static DeviceFacts unmarked() {
    return new DeviceFacts(OTHER, HERE, DeviceClass.STANDALONE, List.of(), Optional.empty(), false);
  }
}
