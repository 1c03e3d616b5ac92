package io.claviger.core.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.claviger.core.Parsed;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CidrTest {
  private static final long SEED = 20_260_102;

  @Test
  void containsAgreesWithStringsOfBits() {
    Random random = new Random(SEED);
    int inside = 0;
    for (int i = 0; i < 30_000; i++) {
      Cidr range = any(random);
      IpAddress address = near(random, range.network());
      // An IPv4 address has 96 bits more in front, the same for all of them.
      int fixed = range.prefixLength() + (range.network().isIpv4() ? 96 : 0);
      boolean expected =
          range.network().isIpv4() == address.isIpv4()
              && Addresses.bits(address)
                  .startsWith(Addresses.bits(range.network()).substring(0, fixed));

      assertThat(range.contains(address))
          .as("seed %d, %s in %s", SEED, address, range)
          .isEqualTo(expected);
      inside += expected ? 1 : 0;
    }
    assertThat(inside).as("both answers are tried").isBetween(6_000, 24_000);
  }

  @Test
  void everyWrittenRangeIsReadBack() {
    Random random = new Random(SEED);
    for (int i = 0; i < 20_000; i++) {
      Cidr range = any(random);
      assertThat(Cidr.parse(range.toString())).as("seed %d", SEED).isEqualTo(Parsed.ok(range));
    }
  }

  @Test
  void hostBitsDoNotCount() {
    Random random = new Random(SEED);
    for (int i = 0; i < 20_000; i++) {
      Cidr range = any(random);
      IpAddress inside = near(random, range.network());
      if (range.contains(inside)) {
        assertThat(new Cidr(inside, range.prefixLength())).as("seed %d", SEED).isEqualTo(range);
      }
    }
  }

  @Test
  void anyTextIsARangeOrIsRefused() {
    Random random = new Random(SEED);
    for (int i = 0; i < 30_000; i++) {
      String text =
          Addresses.almost(random) + (random.nextBoolean() ? "/" + random.nextInt(140) : "");
      if (Cidr.parse(text) instanceof Parsed.Ok<Cidr>(Cidr range)) {
        assertThat(Cidr.parse(range.toString()))
            .as("seed %d, text `%s`", SEED, text)
            .isEqualTo(Parsed.ok(range));
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "10.1.2.3/8,                10.0.0.0/8",
    "10.1.2.3/32,               10.1.2.3",
    "10.1.2.3/0,                0.0.0.0/0",
    "10.1.2.3,                  10.1.2.3",
    "2001:DB8:0:1::/32,         2001:db8::/32",
    "2001:db8::1/128,           2001:db8::1",
    "::1/0,                     ::/0",
    "::ffff:10.0.0.0/104,       10.0.0.0/8",
    "::ffff:10.0.0.1/128,       10.0.0.1",
    "::ffff:a00:1,              10.0.0.1",
    "::ffff:1.2.3.4/96,         0.0.0.0/0",
    "::fffe:0:0/95,             ::fffe:0:0/95",
  })
  void aRangeHasOneCanonicalText(String text, String canonical) {
    assertThat(Cidr.parse(text).map(Cidr::toString)).isEqualTo(Parsed.ok(canonical));
  }

  @Test
  void anIpv6RangeAroundTheMappedAddressesHoldsNoIpv4Address() {
    Cidr around = Cidr.parse("::fffe:0:0/95").orThrow();

    assertThat(around.contains(IpAddress.parse("::fffe:1:2").orThrow())).isTrue();
    assertThat(around.contains(IpAddress.parse("1.2.3.4").orThrow())).isFalse();
  }

  @Test
  void textIsReadUpToTheLengthOfTheLongestRange() {
    String longest = "ffff:ffff:ffff:ffff:ffff:ffff:255.255.255.255/128";
    assertThat(longest).hasSize(Cidr.TEXT_LENGTH_MAX);
    assertThat(Cidr.parse(longest).toOptional()).isPresent();
    assertThat(Cidr.parse(longest + "0"))
        .isEqualTo(Parsed.rejected("must not be longer than 49 characters"));
  }

  @Test
  void aMappedAddressWithTooShortAPrefixIsRefusedWithAReason() {
    assertThat(Cidr.parse("::ffff:10.0.0.0/95"))
        .isInstanceOfSatisfying(
            Parsed.Rejected.class,
            rejected -> assertThat(rejected.reason()).contains("at least 96"));
  }

  @Test
  void aPrefixLengthOutsideTheFamilyIsAProgrammingError() {
    IpAddress address = IpAddress.parse("10.0.0.1").orThrow();

    assertThatThrownBy(() -> new Cidr(address, 33)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new Cidr(address, -1)).isInstanceOf(IllegalArgumentException.class);
  }

  private static Cidr any(Random random) {
    IpAddress address = Addresses.any(random);
    return new Cidr(address, random.nextInt(address.isIpv4() ? 33 : 129));
  }

  /** The address with one of its last bits turned and the bits behind at random. */
  private static IpAddress near(Random random, IpAddress address) {
    int bit = random.nextInt(address.isIpv4() ? 33 : 129);
    if (bit == 0) {
      return random.nextInt(4) == 0 ? Addresses.any(random) : address;
    }
    long behind = bit <= 64 ? (1L << (bit - 1)) : 0;
    long low =
        address.low()
            ^ (bit <= 64 ? behind | (random.nextLong() & (behind - 1)) : random.nextLong());
    long high = bit <= 64 ? address.high() : address.high() ^ (1L << (bit - 65));
    return new IpAddress(high, low);
  }
}
