package io.claviger.core.secret;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class LinkSecretTest {
  @Test
  void is40HexadecimalDigitsKeptAsTheirDigest() {
    Secret secret = LinkSecret.issue(new Random(1));
    Digest kept = secret.digest();
    String text = secret.revealOnce();
    assertThat(text).matches("[0-9a-f]{40}");
    assertThat(Digest.of(text)).isEqualTo(kept);
  }

  @Test
  void everyDigitVaries() {
    var random = new Random(2);
    Set<String> seen = new HashSet<>();
    for (int i = 0; i < 500; i++) {
      String text = LinkSecret.issue(random).revealOnce();
      for (int place = 0; place < text.length(); place++) {
        seen.add(place + ":" + text.charAt(place));
      }
    }
    assertThat(seen).hasSize(40 * 16);
  }
}
