package io.claviger.core.secret;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.claviger.core.Parsed;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import org.junit.jupiter.api.Test;

class DigestTest {
  // FIPS 180-4 example.
  private static final String ABC =
      "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

  @Test
  void isSha256() {
    assertThat(Digest.of("abc").hex()).isEqualTo(ABC);
    assertThat(Digest.of("").hex())
        .isEqualTo("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    assertThat(Digest.of("ü").toBytes())
        .isEqualTo(Digest.of(HexFormat.of().parseHex("c3bc")).toBytes());
  }

  @Test
  void readsBackWhatItWrote() {
    long seed = 5;
    var random = new Random(seed);
    for (int i = 0; i < 500; i++) {
      var bytes = new byte[Digest.BYTES];
      random.nextBytes(bytes);
      var digest = Digest.ofBytes(bytes);
      assertThat(Digest.ofHex(digest.hex())).as("seed %d", seed).isEqualTo(Parsed.ok(digest));
      assertThat(Digest.ofBytes(digest.toBytes())).hasSameHashCodeAs(digest).isEqualTo(digest);
    }
  }

  @Test
  void everyBitCountsInEquality() {
    var bytes = Digest.of("abc").toBytes();
    for (int bit = 0; bit < Digest.BYTES * 8; bit++) {
      var other = bytes.clone();
      other[bit / 8] ^= (byte) (1 << (bit % 8));
      assertThat(Digest.ofBytes(other)).as("bit %d", bit).isNotEqualTo(Digest.of("abc"));
    }
  }

  @Test
  void oneSpellingOnly() {
    for (String text : List.of("", ABC.substring(1), ABC + "0", ABC.toUpperCase(Locale.ROOT))) {
      assertThat(Digest.ofHex(text)).as(text).isInstanceOf(Parsed.Rejected.class);
    }
    assertThat(Digest.ofHex("g" + ABC.substring(1))).isInstanceOf(Parsed.Rejected.class);
    assertThat(Digest.ofHex("\u0663" + ABC.substring(1))).isInstanceOf(Parsed.Rejected.class);
    assertThatThrownBy(() -> Digest.ofBytes(new byte[31]))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void cannotBeChangedFromOutside() {
    var bytes = Digest.of("abc").toBytes();
    var digest = Digest.ofBytes(bytes);
    bytes[0]++;
    digest.toBytes()[1]++;
    assertThat(digest.hex()).isEqualTo(ABC);
  }

  @Test
  void printsItsFirstDigitsOnly() {
    assertThat(Digest.of("abc")).hasToString("Digest[ba7816bf]");
  }
}
