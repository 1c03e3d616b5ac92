package io.claviger.core.secret;

import static org.assertj.core.api.Assertions.assertThat;

import io.claviger.core.Parsed;
import io.claviger.core.id.OrganizationId;
import io.claviger.core.secret.TenantTokenText.Presented;
import java.util.HashSet;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** {@code pat_<organization>_<secret with checksum>} (LUC-2). */
class TenantTokenTextTest {
  private static final OrganizationId ORGANIZATION = new OrganizationId("6a1f0c2e9b4d7a5c3e8f6001");
  private static final String OTHERS =
      "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_-.+/= \u0130\u0141";

  @Test
  void whatIsIssuedIsReadWithItsOrganizationAndDigest() {
    var random = new Random(31);
    var seen = new HashSet<String>();
    for (int i = 0; i < 2_000; i++) {
      Secret secret = TenantTokenText.issue(ORGANIZATION, random);
      String text = secret.revealOnce();
      assertThat(text).matches("pat_6a1f0c2e9b4d7a5c3e8f6001_[0-9A-Za-z]{33}");
      assertThat(text).hasSize(TenantTokenText.LENGTH);
      assertThat(seen.add(text)).isTrue();
      assertThat(TenantTokenText.parse(text))
          .isEqualTo(Parsed.ok(new Presented(ORGANIZATION, secret.digest())));
      assertThat(TokenText.parse(text)).isInstanceOf(Parsed.Rejected.class);
    }
  }

  @Test
  void everyChangeOfOneCharacterIsCaught() {
    var random = new Random(32);
    for (int i = 0; i < 10; i++) {
      String text = TenantTokenText.issue(ORGANIZATION, random).revealOnce();
      for (int place = 0; place < text.length(); place++) {
        for (int k = 0; k < OTHERS.length(); k++) {
          char c = OTHERS.charAt(k);
          if (c != text.charAt(place)) {
            assertRejected(text.substring(0, place) + c + text.substring(place + 1));
          }
        }
        assertRejected(text.substring(0, place) + text.substring(place + 1));
        assertRejected(text.substring(0, place) + "0" + text.substring(place));
      }
    }
  }

  @Test
  void anyTextIsReadOrRejectedWithTheOneReason() {
    long seed = 33;
    var random = new Random(seed);
    for (int i = 0; i < 100_000; i++) {
      var text = new StringBuilder(random.nextBoolean() ? "pat_" + ORGANIZATION + "_" : "");
      int length = random.nextInt(4) == 0 ? random.nextInt(120) : TenantTokenText.LENGTH;
      while (text.length() < length) {
        text.append(
            random.nextInt(50) == 0
                ? (char) random.nextInt(Character.MAX_VALUE + 1)
                : OTHERS.charAt(random.nextInt(OTHERS.length())));
      }
      assertRejected(text.toString());
    }
  }

  private static void assertRejected(String text) {
    assertThat(TenantTokenText.parse(text))
        .as(text)
        .isEqualTo(Parsed.<Presented>rejected("must be a token exactly as it was issued"));
  }
}
