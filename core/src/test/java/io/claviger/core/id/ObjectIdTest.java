package io.claviger.core.id;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.claviger.core.Parsed;
import java.util.Random;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class ObjectIdTest {
  private static final Pattern DOCUMENTED = Pattern.compile("[A-Fa-f0-9]{24}");

  @Test
  void bothCasesAreReadAndLowerCaseIsKept() {
    assertThat(ObjectId.parse("575EC8687ae143cd83dc4A97"))
        .isEqualTo(Parsed.ok("575ec8687ae143cd83dc4a97"));
    assertThat(ObjectId.normalise("575EC8687AE143CD83DC4A97"))
        .isEqualTo("575ec8687ae143cd83dc4a97");
  }

  @Test
  void normalisingSomethingElseIsAProgrammingError() {
    assertThatThrownBy(() -> ObjectId.normalise("not an id"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("must be an id of 24 hexadecimal digits");
  }

  @Test
  void agreesWithTheDocumentedPatternOnRandomText() {
    long seed = 24;
    var random = new Random(seed);
    // Neighbours of the allowed ranges, and digits that are digits in Unicode only.
    String alphabet = "0123456789abcdefABCDEF/:@G`g \n\u0663\uff11";
    int valid = 0;
    for (int i = 0; i < 50_000; i++) {
      int length = 23 + random.nextInt(3);
      int symbols = random.nextBoolean() ? 22 : alphabet.length();
      var text = new StringBuilder();
      for (int k = 0; k < length; k++) {
        text.append(alphabet.charAt(random.nextInt(symbols)));
      }
      boolean expected = DOCUMENTED.matcher(text).matches();
      valid += expected ? 1 : 0;
      assertThat(ObjectId.isValid(text.toString()))
          .as("seed %d, %s", seed, text)
          .isEqualTo(expected);
      assertThat(ObjectId.parse(text.toString()).toOptional().isPresent()).isEqualTo(expected);
    }
    assertThat(valid).isBetween(5_000, 45_000);
  }
}
