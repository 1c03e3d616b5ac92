package io.claviger.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.claviger.core.Parsed;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GlobTest {
  /** The meaning of a glob by way of a regular expression. */
  static boolean matchesByDefinition(String glob, String text) {
    String regex =
        Fold.fold(glob)
            .codePoints()
            .mapToObj(point ->
                switch (point) {
                  case '*' -> ".*";
                  case '?' -> ".";
                  default -> Pattern.quote(Character.toString(point));
                })
            .collect(Collectors.joining());
    return Pattern.compile(regex, Pattern.DOTALL).matcher(Fold.fold(text)).matches();
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '"',
      value = {
        "my * device, my % device",
        "the*key, the%key",
        "a?b, a_b",
        "a**?*b, a%_%b",
        "100%, 100\\%",
        "a_b, a\\_b",
        "a\\b, a\\\\b",
        "ÀÉ, àé",
        "STRASSE, strasse",
      })
  void becomesLike(String glob, String like) {
    assertThat(new Glob(glob).toLike()).isEqualTo(like);
  }

  @Test
  void lengthIsLimited() {
    String longest = "a".repeat(Glob.LENGTH_MAX);
    assertThat(Glob.parse(longest)).isEqualTo(Parsed.ok(new Glob(longest)));
    assertThat(Glob.parse(longest + "a")).isInstanceOf(Parsed.Rejected.class);
    assertThatThrownBy(() -> new Glob(longest + "a")).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void foldKeepsTheNumberOfCodePointsAndFoldsOnce() {
    for (int point = 0; point <= Character.MAX_CODE_POINT; point++) {
      String text = Character.toString(point);
      String folded = Fold.fold(text);
      assertThat(folded.codePointCount(0, folded.length())).isEqualTo(1);
      assertThat(Fold.fold(folded)).as("U+%04X", point).isEqualTo(folded);
    }
  }

  @Test
  void foldDoesNotAskTheLocale() {
    Locale before = Locale.getDefault();
    try {
      Locale.setDefault(Locale.of("tr"));
      assertThat(Fold.fold("TITLE")).isEqualTo("title");
    } finally {
      Locale.setDefault(before);
    }
  }
}
