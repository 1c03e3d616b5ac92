package io.claviger.server.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The secret key of an installation, and what is sealed with it. */
class InstallationKeyTest {
  private static final byte[] PLAIN = "a key to be kept".getBytes(StandardCharsets.UTF_8);

  @TempDir Path folder;

  private SecretBox kept() {
    return InstallationKey.find(
            Optional.empty(),
            Optional.of(folder.resolve("secret.key")),
            Optional.empty(),
            new Random(1))
        .orElseThrow();
  }

  private static SecretBox box(int seed) {
    byte[] key = new byte[SecretBox.KEY_BYTES];
    new Random(seed).nextBytes(key);
    return new SecretBox(key, new Random(seed));
  }

  @Test
  void whatIsSealedOpensWhereItBelongsAndNowhereElse() {
    SecretBox box = box(1);
    byte[] sealed = box.seal(PLAIN, "ada");
    assertThat(box.open(sealed, "ada")).isEqualTo(PLAIN);
    assertThat(box.seal(PLAIN, "ada")).isNotEqualTo(sealed);
    assertThatThrownBy(() -> box.open(sealed, "bob")).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> box(2).open(sealed, "ada")).isInstanceOf(IllegalStateException.class);
    for (int i = 0; i < sealed.length; i++) {
      byte[] changed = sealed.clone();
      changed[i] ^= 1;
      assertThatThrownBy(() -> box.open(changed, "ada")).isInstanceOf(IllegalStateException.class);
    }
    assertThatThrownBy(() -> box.open(new byte[0], "ada"))
        .isInstanceOf(IllegalStateException.class);
  }

  @Test
  void aKeyIsMadeOnceAndForItsOwner() throws Exception {
    SecretBox first = kept();
    Path file = folder.resolve("secret.key");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
    assertThat(Files.readString(file)).matches("[0-9a-f]{64}\n");
    assertThat(kept().fingerprint()).isEqualTo(first.fingerprint());
    assertThat(folder).isDirectoryContaining(path -> path.equals(file));
    Files.writeString(file, "0123");
    assertThatThrownBy(this::kept)
        .isInstanceOf(SecretKeyProblem.class)
        .hasMessageContaining("64 hexadecimal digits")
        .hasMessageNotContaining("0123");
  }

  /** A lost key is not replaced in silence. */
  @Test
  void aKeyThatIsMissingOrAnotherStopsTheStart() {
    Optional<Path> file = Optional.of(folder.resolve("secret.key"));
    assertThatThrownBy(() ->
            InstallationKey.find(
                Optional.empty(), file, Optional.of(box(1).fingerprint()), new Random(1)))
        .isInstanceOf(SecretKeyProblem.class)
        .hasMessageContaining("is missing")
        .hasMessageContaining("reset-two-factor --all");
    assertThat(folder).isEmptyDirectory();
    byte[] other = new byte[SecretBox.KEY_BYTES];
    assertThatThrownBy(() ->
            InstallationKey.find(
                Optional.of(other), file, Optional.of(box(1).fingerprint()), new Random(1)))
        .isInstanceOf(SecretKeyProblem.class)
        .hasMessageStartingWith("CLAVIGER_SECRET_KEY is not");
    assertThat(
            InstallationKey.find(
                Optional.empty(), Optional.empty(), Optional.empty(), new Random(1)))
        .isEmpty();
  }
}
