package io.claviger.core.secret;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class AccessKeySecretsTest {
  @Test
  void keysAreRandomUuidsInCanonicalForm() {
    long seed = 11;
    var random = new Random(seed);
    var seen = new HashSet<String>();
    for (int i = 0; i < 2_000; i++) {
      String key = AccessKeySecrets.newKey(random);
      UUID uuid = UUID.fromString(key);
      assertThat(uuid.version()).as("seed %d", seed).isEqualTo(4);
      assertThat(uuid.variant()).isEqualTo(2);
      assertThat(uuid).hasToString(key);
      assertThat(seen.add(key)).isTrue();
      assertThat(AccessKeySecrets.isKey(key)).isTrue();
      String other =
          key.substring(0, i % 36) + "\u0000Ag-\u00e9".charAt(i % 5) + key.substring(i % 36 + 1);
      assertThat(AccessKeySecrets.isKey(other)).as(other).isEqualTo(other.equals(key));
      assertThat(AccessKeySecrets.isKey(key + "0")).isFalse();
    }
  }

  @Test
  void keysUseAllOther122Bits() {
    var random = new Random(12);
    long highOnes = 0;
    long highZeros = 0;
    long lowOnes = 0;
    long lowZeros = 0;
    for (int i = 0; i < 200; i++) {
      UUID uuid = UUID.fromString(AccessKeySecrets.newKey(random));
      highOnes |= uuid.getMostSignificantBits();
      highZeros |= ~uuid.getMostSignificantBits();
      lowOnes |= uuid.getLeastSignificantBits();
      lowZeros |= ~uuid.getLeastSignificantBits();
    }
    assertThat(Long.bitCount(highOnes & highZeros) + Long.bitCount(lowOnes & lowZeros))
        .isEqualTo(122);
  }

  @Test
  void secretsAre64LowerCaseHexadecimalCharacters() {
    var random = new Random(13);
    var seen = new HashSet<String>();
    for (int i = 0; i < 500; i++) {
      String text = AccessKeySecrets.newSecret(random).revealOnce();
      assertThat(text).matches("[0-9a-f]{64}");
      assertThat(seen.add(text)).isTrue();
    }
  }

  @Test
  void onlyTheExactTextMatches() {
    Secret secret = AccessKeySecrets.newSecret(new Random(14));
    Digest stored = secret.digest();
    String text = secret.revealOnce();
    assertThat(AccessKeySecrets.digestOf(text)).isEqualTo(stored);
    assertThat(AccessKeySecrets.matches(stored, text)).isTrue();
    assertThat(AccessKeySecrets.matches(stored, "")).isFalse();
    assertThat(AccessKeySecrets.matches(stored, text + " ")).isFalse();
    assertThat(AccessKeySecrets.matches(stored, stored.hex())).isFalse();
    for (int i = 0; i < text.length(); i++) {
      char changed = text.charAt(i) == '0' ? '1' : '0';
      String other = text.substring(0, i) + changed + text.substring(i + 1);
      assertThat(AccessKeySecrets.matches(stored, other)).as("place %d", i).isFalse();
    }
  }
}
