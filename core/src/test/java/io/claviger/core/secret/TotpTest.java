package io.claviger.core.secret;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Codes of a second factor (USR-4), against RFC 6238 and RFC 4648. */
class TotpTest {
  private static final byte[] KEY = "12345678901234567890".getBytes(StandardCharsets.US_ASCII);
  private static final Instant NOW = Instant.ofEpochSecond(1_111_111_111);
  private static final long NEVER = Long.MIN_VALUE;

  /** Appendix B of the RFC has eight digits; the last six of them are the code of six. */
  @Test
  void theVectorsOfTheStandardHold() {
    Map.of(
            59L, "94287082",
            1_111_111_109L, "07081804",
            1_111_111_111L, "14050471",
            1_234_567_890L, "89005924",
            2_000_000_000L, "69279037",
            20_000_000_000L, "65353130")
        .forEach((seconds, code) ->
            assertThat(Totp.code(KEY, Totp.step(Instant.ofEpochSecond(seconds))))
                .isEqualTo(code.substring(2)));
  }

  @Test
  void oneStepToEachSideIsAcceptedAndNoMore() {
    long present = Totp.step(NOW);
    for (long aside = -3; aside <= 3; aside++) {
      OptionalLong accepted = Totp.accept(KEY, Totp.code(KEY, present + aside), NOW, NEVER);
      assertThat(accepted)
          .isEqualTo(
              Math.abs(aside) <= 1 ? OptionalLong.of(present + aside) : OptionalLong.empty());
    }
  }

  @Test
  void aCodeIsAcceptedOnceAndNoneBeforeItAfterwards() {
    long present = Totp.step(NOW);
    for (long last = present - 2; last <= present + 2; last++) {
      for (long step = present - 1; step <= present + 1; step++) {
        assertThat(Totp.accept(KEY, Totp.code(KEY, step), NOW, last).isPresent())
            .isEqualTo(step > last);
      }
    }
  }

  @Test
  void nothingElseIsACode() {
    String right = Totp.code(KEY, Totp.step(NOW));
    for (String wrong :
        new String[] {"", right + "0", right.substring(1), "abcdef", "\u0661".repeat(6)}) {
      assertThat(Totp.accept(KEY, wrong, NOW, NEVER)).isEmpty();
    }
  }

  @Test
  void base32IsThatOfTheStandard() {
    Map.of(
            "",
            "",
            "f",
            "MY",
            "fo",
            "MZXQ",
            "foo",
            "MZXW6",
            "foob",
            "MZXW6YQ",
            "fooba",
            "MZXW6YTB",
            "foobar",
            "MZXW6YTBOI")
        .forEach((plain, encoded) ->
            assertThat(Base32.encode(plain.getBytes(StandardCharsets.US_ASCII)))
                .isEqualTo(encoded));
    assertThat(Base32.encode(new byte[32])).hasSize(52);
  }

  @Test
  void aRecoveryCodeIsRecognisedHoweverItIsTyped() {
    RecoveryCode.Issued issued = RecoveryCode.issue(new Random(1));
    String text = issued.text().revealOnce();
    assertThat(text).matches("([a-z2-7]{5}-){3}[a-z2-7]{5}");
    for (String typed :
        new String[] {text, text.replace("-", ""), text.toUpperCase(java.util.Locale.ROOT) + " "}) {
      assertThat(RecoveryCode.parse(typed).toOptional()).contains(issued.digest());
    }
    for (String wrong :
        new String[] {"", "123456", text.substring(1), text + "a", "0" + text.substring(1)}) {
      assertThat(RecoveryCode.parse(wrong).toOptional()).isEmpty();
    }
    assertThat(RecoveryCode.parse("-".repeat(2048)).toOptional()).isEmpty();
  }
}
