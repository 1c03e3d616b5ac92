package io.claviger.core.secret;

import static org.assertj.core.api.Assertions.assertThat;

import io.claviger.core.Parsed;
import io.claviger.core.secret.TokenText.Presented;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;

class TokenTextTest {
  private static final String ALPHABET =
      "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

  @Test
  void knownValuesAreRead() {
    assertThat(TokenText.parse("cvu_0000000000000000000000000002QLEYh").orThrow())
        .isEqualTo(
            new Presented(
                TokenKind.USER,
                digest("ff82060ba3e964f1b98ec781b385df2b52544fd614f7dd6fdd91a9258c7d5f49")));
    assertThat(TokenText.parse("cva_ClavigerBearsAllTheKeys20262oiHXK").orThrow())
        .isEqualTo(
            new Presented(
                TokenKind.APPLICATION,
                digest("b804a400013b14d1267c7b4f35c8b3157c6d3990e95b16a419d2b757dc80b57b")));
  }

  @Test
  void prefixesAreFixed() {
    assertThat(TokenKind.values())
        .extracting(TokenKind::prefix)
        .containsExactly("cvu_", "cva_", "cvs_", "cvd_", "cvo_");
  }

  @Test
  void whatIsIssuedIsReadAsTheSameKindAndDigest() {
    long seed = 21;
    var random = new Random(seed);
    var seen = new HashSet<String>();
    for (int i = 0; i < 2_000; i++) {
      for (TokenKind kind : TokenKind.values()) {
        Secret secret = TokenText.issue(kind, random);
        String text = secret.revealOnce();
        assertThat(text).as("seed %d", seed).matches("cv[uasdo]_[0-9A-Za-z]{33}");
        assertThat(seen.add(text)).isTrue();
        assertThat(TokenText.parse(text))
            .as("seed %d, %s", seed, text)
            .isEqualTo(Parsed.ok(new Presented(kind, secret.digest())));
      }
    }
  }

  @Test
  void everyPlaceDrawsFromTheWholeAlphabet() {
    var random = new Random(22);
    var counts = new int[27][62];
    for (int i = 0; i < 6_200; i++) {
      String text = TokenText.issue(TokenKind.USER, random).revealOnce();
      for (int place = 0; place < 27; place++) {
        counts[place][ALPHABET.indexOf(text.charAt(4 + place))]++;
      }
    }
    for (var place : counts) {
      for (int count : place) {
        assertThat(count).isBetween(50, 150);
      }
    }
  }

  @Test
  void everyChangeOfOneCharacterIsCaught() {
    String others = ALPHABET + "_-.+/= \u0130\u0141";
    long seed = 23;
    var random = new Random(seed);
    for (int i = 0; i < 20; i++) {
      for (TokenKind kind : TokenKind.values()) {
        String text = TokenText.issue(kind, random).revealOnce();
        for (int place = 0; place < text.length(); place++) {
          for (int k = 0; k < others.length(); k++) {
            char c = others.charAt(k);
            if (c != text.charAt(place)) {
              String changed = text.substring(0, place) + c + text.substring(place + 1);
              assertRejected(changed);
            }
          }
        }
      }
    }
  }

  @Test
  void everySwapOfNeighboursIsCaught() {
    var random = new Random(24);
    for (int i = 0; i < 200; i++) {
      String text = TokenText.issue(TokenKind.SESSION, random).revealOnce();
      for (int place = 0; place + 1 < text.length(); place++) {
        var swapped = new StringBuilder(text);
        swapped.setCharAt(place, text.charAt(place + 1));
        swapped.setCharAt(place + 1, text.charAt(place));
        if (!swapped.toString().equals(text)) {
          assertRejected(swapped.toString());
        }
      }
    }
  }

  @Test
  void everyMissingOrAddedCharacterIsCaught() {
    String text = TokenText.issue(TokenKind.DEVICE, new Random(25)).revealOnce();
    for (int place = 0; place < text.length(); place++) {
      assertRejected(text.substring(0, place) + text.substring(place + 1));
      assertRejected(text.substring(0, place) + "0" + text.substring(place));
    }
    assertRejected("");
    assertRejected(text + " ");
    assertRejected(text + text);
  }

  @Test
  void aChecksumHasOneSpelling() {
    String body = "cvu_" + "7".repeat(27);
    assertThat(TokenText.parse(body + base62(crc(body)))).isInstanceOf(Parsed.Ok.class);
    // Six characters have room for larger numbers; one that is equal modulo 2^32 must not pass.
    for (long wrap = 1; crc(body) + (wrap << 32) < 56_800_235_584L; wrap++) {
      assertRejected(body + base62(crc(body) + (wrap << 32)));
    }
  }

  @Test
  void anUnknownLetterIsRefusedEvenWithItsChecksum() {
    for (int i = 0; i < ALPHABET.length(); i++) {
      char letter = ALPHABET.charAt(i);
      String body = "cv" + letter + "_" + "x".repeat(27);
      boolean known = "uasdo".indexOf(letter) >= 0;
      assertThat(TokenText.parse(body + base62(crc(body))).toOptional().isPresent())
          .as("letter %s", letter)
          .isEqualTo(known);
    }
    for (String prefix : List.of("CVU_", "cvu-", "cxu_", "pat_", "____", "cvu0")) {
      String body = prefix + "x".repeat(27);
      assertRejected(body + base62(crc(body)));
    }
  }

  @Test
  void anyTextIsReadOrRejectedWithTheOneReason() {
    long seed = 26;
    var random = new Random(seed);
    for (int i = 0; i < 100_000; i++) {
      var text = new StringBuilder(random.nextBoolean() ? "cvu_" : "");
      int length = random.nextInt(4) == 0 ? random.nextInt(80) : TokenText.LENGTH;
      while (text.length() < length) {
        text.append(
            random.nextInt(50) == 0
                ? (char) random.nextInt(Character.MAX_VALUE + 1)
                : ALPHABET.charAt(random.nextInt(62)));
      }
      // The chance that random text carries its own CRC-32 is one in four thousand million.
      assertRejected(text.toString());
    }
  }

  @Test
  void theTextIsNeitherInTheValueNorInTheRejection() {
    String text = TokenText.issue(TokenKind.OAUTH, new Random(27)).revealOnce();
    String random = text.substring(4, 31);
    assertThat(TokenText.parse(text).toString()).contains("OAUTH").doesNotContain(random);
    assertThat(TokenText.parse(text + "0").toString()).doesNotContain(random);
  }

  private static void assertRejected(String text) {
    assertThat(TokenText.parse(text))
        .as(text)
        .isEqualTo(Parsed.<Presented>rejected("must be a token exactly as it was issued"));
  }

  private static Digest digest(String hex) {
    return Digest.ofHex(hex).orThrow();
  }

  private static long crc(String text) {
    var crc = new CRC32();
    text.chars().forEach(crc::update);
    return crc.getValue();
  }

  private static String base62(long number) {
    var text = new StringBuilder();
    for (int i = 0; i < 6; i++) {
      text.insert(0, ALPHABET.charAt((int) (number % 62)));
      number /= 62;
    }
    return text.toString();
  }
}
