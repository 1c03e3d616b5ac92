package io.claviger.core.secret;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashSet;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SecretTest {
  private static final String TEXT = "the canary that must not sing";

  @Test
  void isRevealedOnceAndItsDigestStays() {
    var secret = new Secret(TEXT);
    assertThat(secret.digest()).isEqualTo(Digest.of(TEXT));
    assertThat(secret.revealOnce()).isEqualTo(TEXT);
    assertThatThrownBy(secret::revealOnce)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageNotContaining(TEXT);
    assertThat(secret.digest()).isEqualTo(Digest.of(TEXT));
  }

  @Test
  void isNeverPrinted() {
    record Holder(Secret secret, NewPassword password) {}
    var secret = new Secret(TEXT);
    var holder = new Holder(secret, new NewPassword(TEXT));
    assertThat(secret.toString()).isEqualTo("Secret[redacted]");
    assertThat(Map.of("secret", secret, "holder", holder).toString()).doesNotContain("canary");
  }

  @Test
  void cannotBeComparedOrUsedAsAKey() {
    var secret = new Secret(TEXT);
    var other = new Secret(TEXT);
    assertThatThrownBy(() -> secret.equals(other))
        .isInstanceOf(UnsupportedOperationException.class);
    assertThatThrownBy(() -> new HashSet<Secret>().add(secret))
        .isInstanceOf(UnsupportedOperationException.class);
  }
}
