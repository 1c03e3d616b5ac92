package io.claviger.core.topic;

import static io.claviger.core.topic.Topics.accepted;
import static org.assertj.core.api.Assertions.assertThat;

import io.claviger.core.Parsed;
import io.claviger.core.testing.CaseTable;
import io.claviger.core.testing.CaseTable.Row;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What may be a name, a filter and a list entry. */
class TopicTextTest {
  private static final long SEED = 20_260_105;

  /** Levels without wildcards, or a + alone; and at the end perhaps a # alone. */
  private static final Pattern FILTER =
      Pattern.compile("(([^+#/]*|\\+)/)*([^+#/]*|\\+|#)", Pattern.DOTALL);

  static List<Row> cases() {
    return CaseTable.read("topic-text");
  }

  @ParameterizedTest
  @MethodSource("cases")
  void theTableHolds(Row row) {
    String text = row.get("text");

    assertThat(accepted(TopicName.parse(text))).as("name").isEqualTo(row.yes("name"));
    assertThat(accepted(TopicFilter.parse(text))).as("filter").isEqualTo(row.yes("filter"));
    assertThat(accepted(TopicListEntry.parse(text))).as("entry").isEqualTo(row.yes("entry"));
  }

  @Test
  void everyShortTextIsReadAsTheGrammarSays() {
    for (String text : Topics.texts("ab+#/$", 6)) {
      agreesWithTheGrammar(text);
    }
  }

  @Test
  void anyTextIsReadAsTheGrammarSays() {
    Random random = new Random(SEED);
    String alphabet = "a/+#$ \u0000\u007f\u0080\u07ff\u0800\ud83d\ude00\ud800\uffff";
    for (int i = 0; i < 100_000; i++) {
      StringBuilder text = new StringBuilder();
      random
          .ints(random.nextInt(12), 0, alphabet.length())
          .forEach(at -> text.append(alphabet.charAt(at)));
      agreesWithTheGrammar(text.toString());
    }
  }

  private static void agreesWithTheGrammar(String text) {
    boolean sound = !text.isEmpty() && text.indexOf('\0') < 0 && isWellFormed(text);
    boolean name = sound && !text.contains("+") && !text.contains("#");
    boolean filter = sound && FILTER.matcher(text).matches();

    // Built by hand: a description for each of a hundred thousand texts takes longer than the test.
    if (accepted(TopicName.parse(text)) != name || accepted(TopicFilter.parse(text)) != filter) {
      throw new AssertionError("seed " + SEED + ", text `" + text + "`");
    }
    if (filter
        && !TopicFilter.parse(Topics.filter(text).toString()).equals(TopicFilter.parse(text))) {
      throw new AssertionError("not read back: `" + text + "`");
    }
  }

  private static boolean isWellFormed(String text) {
    try {
      StandardCharsets.UTF_8
          .newEncoder()
          .onMalformedInput(CodingErrorAction.REPORT)
          .encode(CharBuffer.wrap(text));
      return true;
    } catch (CharacterCodingException e) {
      return false;
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a",
        "\u007f",
        "\u0080",
        "\u07ff",
        "\u0800",
        "\u65e5",
        "\ud83d\ude00",
        "a\u00e4\u65e5\ud83d\ude00"
      })
  void aTopicHasAtMost65535BytesInUtf8(String part) {
    int bytes = part.getBytes(StandardCharsets.UTF_8).length;
    String longest = part.repeat(65_535 / bytes) + "x".repeat(65_535 % bytes);
    assertThat(longest.getBytes(StandardCharsets.UTF_8)).hasSize(65_535);

    assertThat(TopicName.parse(longest).map(TopicName::text)).isEqualTo(Parsed.ok(longest));
    assertThat(TopicFilter.parse(longest).map(TopicFilter::text)).isEqualTo(Parsed.ok(longest));
    Parsed<Object> tooLong = Parsed.rejected("must not be longer than 65535 bytes in UTF-8");
    assertThat(TopicName.parse(longest + "x")).isEqualTo(tooLong);
    assertThat(TopicFilter.parse(longest + "x")).isEqualTo(tooLong);
    assertThat(TopicFilter.parse(longest.repeat(100))).isEqualTo(tooLong);
  }

  @ParameterizedTest
  @ValueSource(strings = {"\ud83d", "\ude00", "a\ud83d/b", "\ude00\ud83d", "\ud83d\ud83d\ude00"})
  void aLoneSurrogateIsRefused(String text) {
    Parsed<Object> refused = Parsed.rejected("must be well-formed Unicode");

    assertThat(TopicName.parse(text)).isEqualTo(refused);
    assertThat(TopicFilter.parse(text)).isEqualTo(refused);
    assertThat(TopicListEntry.parse(text)).isEqualTo(refused);
  }

  @ParameterizedTest
  @ValueSource(strings = {"a", "\ud83d\ude00"})
  void aListEntryHasAtMost1024Characters(String character) {
    assertThat(accepted(TopicListEntry.parse(character.repeat(1024)))).isTrue();
    assertThat(TopicListEntry.parse(character.repeat(1025)))
        .isEqualTo(Parsed.rejected("must not be longer than 1024 characters"));
    assertThat(TopicListEntry.parse(character.repeat(100_000)))
        .isEqualTo(Parsed.rejected("must not be longer than 1024 characters"));
  }

  @Test
  void aRefusedListEntrySaysWhy() {
    assertThat(TopicListEntry.parse("$SYS/#")).isEqualTo(Parsed.rejected("must not start with $"));
    assertThat(TopicListEntry.parse("losant/#"))
        .isEqualTo(Parsed.rejected("must not be losant nor start with losant/"));
    assertThat(TopicListEntry.parse("a/#/b"))
        .isEqualTo(Parsed.rejected("must use the wildcard # as the last level only"));
    assertThat(TopicListEntry.parse("a/b+"))
        .isEqualTo(Parsed.rejected("must use the wildcard + as a whole level"));
  }
}
