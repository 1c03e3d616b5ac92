package io.claviger.server.contract;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Random;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class FormatsTest {

  private static final Pattern SLOW_EMAIL =
      Pattern.compile(
          "[a-zA-Z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}"
              + "@[a-zA-Z0-9]([a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?"
              + "(\\.[a-zA-Z0-9]([a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?)*");

  @Test
  void emailAgreesWithTheObviousPattern() {
    long seed = 77L;
    Random random = new Random(seed);
    String alphabet = "aZ0.@-_+ \n\"é";
    int accepted = 0;
    for (int i = 0; i < 100_000; i++) {
      StringBuilder text = new StringBuilder();
      for (int length = random.nextInt(9); length > 0; length--) {
        text.append(alphabet.charAt(random.nextInt(alphabet.length())));
      }
      if (random.nextBoolean()) {
        text.append("@a");
      }
      boolean expected = SLOW_EMAIL.matcher(text).matches();
      accepted += expected ? 1 : 0;
      assertThat(Formats.isEmail(text.toString()))
          .as("seed %d: %s", seed, text)
          .isEqualTo(expected);
    }
    assertThat(accepted).isGreaterThan(1000);
  }

  @Test
  void emailPartsEndAtTheirLimits() {
    assertThat(Formats.isEmail("a".repeat(64) + "@b")).isTrue();
    assertThat(Formats.isEmail("a".repeat(65) + "@b")).isFalse();
    assertThat(Formats.isEmail("a@" + "b".repeat(63))).isTrue();
    assertThat(Formats.isEmail("a@" + "b".repeat(64))).isFalse();
  }

  @Test
  void everyInstantWithMillisecondsIsADateTime() {
    long seed = 78L;
    Random random = new Random(seed);
    long end = Instant.parse("9999-12-31T23:59:59Z").toEpochMilli();
    for (int i = 0; i < 10_000; i++) {
      Instant instant = Instant.ofEpochMilli(random.nextLong(end));
      ZoneOffset offset = ZoneOffset.ofTotalSeconds(60 * (random.nextInt(2001) - 1000));
      OffsetDateTime local = instant.atOffset(offset);
      assertThat(Formats.isDateTime(instant.toString())).as("seed %d %s", seed, instant).isTrue();
      assertThat(Formats.isDateTime(local.toString()))
          .as("seed %d %s", seed, local)
          .isEqualTo(local.toString().charAt(16) == ':' && local.getYear() <= 9999);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "2026-03-09",
        "2026-03-09T10:00:00",
        "2026-03-09T10:00Z",
        "2026-03-09 10:00:00Z",
        "2026-02-29T10:00:00Z",
        "2026-03-09T24:00:01Z",
        "2026-03-09T10:00:60Z",
        "+12026-03-09T10:00:00Z",
        "2026-03-09T10:00:00.1234567890Z",
        "2026-03-09T10:00:00.000Z\n",
        "2026-03-09T10:00:00.000+25:00",
        "1772000000000",
      })
  void otherTextsAreNotDateTimes(String text) {
    assertThat(Formats.isDateTime(text)).isFalse();
  }
}
