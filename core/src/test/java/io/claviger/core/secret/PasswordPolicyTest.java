package io.claviger.core.secret;

import static org.assertj.core.api.Assertions.assertThat;

import io.claviger.core.Parsed;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class PasswordPolicyTest {
  private static final Pattern DOCUMENTED =
      Pattern.compile("^(?=.*[A-Z])(?=.*[^A-Za-z0-9])(?=.*[0-9])(?=.*[a-z]).{12,2048}$");

  @Test
  void acceptsOneOfEachAtBothLimits() {
    assertThat(reason("Aa1!Aa1!Aa1!")).isEmpty();
    assertThat(reason("Aa1!".repeat(512))).isEmpty();
    assertThat(reason("Aa1!Aa1!Aa1")).isEqualTo("must have at least 12 characters");
    assertThat(reason("Aa1!".repeat(512) + "x")).isEqualTo("must have at most 2048 characters");
  }

  @Test
  void saysEverythingThatIsMissing() {
    assertThat(reason("aa1!aa1!aa1!")).isEqualTo("must have at least an upper-case letter");
    assertThat(reason("AA1!AA1!AA1!")).isEqualTo("must have at least a lower-case letter");
    assertThat(reason("Aa!!Aa!!Aa!!")).isEqualTo("must have at least a digit");
    assertThat(reason("Aa11Aa11Aa11")).isEqualTo("must have at least another character");
    assertThat(reason(""))
        .isEqualTo(
            "must have at least 12 characters, an upper-case letter, a lower-case letter, a digit,"
                + " another character");
  }

  @Test
  void countsUnicodeCharactersAndTakesLettersOutsideAsciiAsOther() {
    assertThat(reason("Aa1" + "\ud83d\udd11".repeat(9))).isEmpty();
    assertThat(reason("Aa1" + "\ud83d\udd11".repeat(8)))
        .isEqualTo("must have at least 12 characters");
    assertThat(reason("Aa1" + "\ud83d\udd11".repeat(2045))).isEmpty();
    assertThat(reason("Aa1" + "\ud83d\udd11".repeat(2046)))
        .isEqualTo("must have at most 2048 characters");
    assertThat(reason("ÄäÄäÄäÄäÄäÄä٣!"))
        .isEqualTo("must have at least an upper-case letter, a lower-case letter, a digit");
  }

  @Test
  void agreesWithTheDocumentedPattern() {
    long seed = 9;
    var random = new Random(seed);
    String alphabet = "AZaz09!@[`{/: ä";
    int accepted = 0;
    for (int i = 0; i < 20_000; i++) {
      int kinds = 1 + random.nextInt(alphabet.length());
      var text = new StringBuilder();
      for (int length = 8 + random.nextInt(12); length > 0; length--) {
        text.append(alphabet.charAt(random.nextInt(kinds)));
      }
      boolean expected = DOCUMENTED.matcher(text).matches();
      accepted += expected ? 1 : 0;
      assertThat(reason(text.toString()).isEmpty())
          .as("seed %d, %s", seed, text)
          .isEqualTo(expected);
    }
    assertThat(accepted).isBetween(1_000, 19_000);
  }

  @Test
  void anAcceptedPasswordKeepsItsBytesAndDoesNotPrint() {
    var password = PasswordPolicy.check("Grünes Licht 1").orThrow();
    assertThat(password.utf8()).isEqualTo("Grünes Licht 1".getBytes(StandardCharsets.UTF_8));
    assertThat(password).hasToString("NewPassword[redacted]");
  }

  private static String reason(String wanted) {
    return switch (PasswordPolicy.check(wanted)) {
      case Parsed.Ok<NewPassword> _ -> "";
      case Parsed.Rejected<NewPassword>(String reason) -> reason;
    };
  }
}
