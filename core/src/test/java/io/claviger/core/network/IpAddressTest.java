package io.claviger.core.network;

import static org.assertj.core.api.Assertions.assertThat;

import io.claviger.core.Parsed;
import io.claviger.core.testing.CaseTable;
import io.claviger.core.testing.CaseTable.Row;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.List;
import java.util.Random;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class IpAddressTest {
  private static final long SEED = 20_260_101;

  static List<Row> spellings() {
    return CaseTable.read("address-text");
  }

  @ParameterizedTest
  @MethodSource("spellings")
  void aSpellingHasOneMeaningOrIsRefused(Row row) {
    Parsed<IpAddress> parsed = IpAddress.parse(row.get("text"));

    assertThat(parsed.map(IpAddress::toString).toOptional().orElse("refused"))
        .isEqualTo(row.get("canonical"));
  }

  @Test
  void textIsReadUpToTheLengthOfTheLongestSpelling() {
    String longest = "ffff:ffff:ffff:ffff:ffff:ffff:255.255.255.255";
    assertThat(longest).hasSize(IpAddress.TEXT_LENGTH_MAX);
    assertThat(IpAddress.parse(longest).toOptional()).isPresent();
    assertThat(IpAddress.parse(longest + "0"))
        .isEqualTo(Parsed.rejected("must not be longer than 45 characters"));
  }

  @Test
  void everyWrittenAddressIsReadBackAndIsCanonicalByRfc5952() throws Exception {
    Random random = new Random(SEED);
    for (int i = 0; i < 20_000; i++) {
      IpAddress address = Addresses.any(random);
      String text = address.toString();

      assertThat(IpAddress.parse(text)).as("seed %d, %s", SEED, text).isEqualTo(Parsed.ok(address));
      assertThat(text).as("seed %d", SEED).isEqualTo(Addresses.canonicalText(address));
      assertThat(IpAddress.of(InetAddress.getByAddress(Addresses.bytes(address))))
          .as("seed %d, %s", SEED, text)
          .isEqualTo(address);
    }
  }

  @Test
  void everySpellingOfAnAddressIsThatAddress() {
    Random random = new Random(SEED);
    for (int i = 0; i < 20_000; i++) {
      IpAddress address = Addresses.any(random);
      String text = Addresses.spelling(random, address);

      assertThat(IpAddress.parse(text)).as("seed %d, %s", SEED, text).isEqualTo(Parsed.ok(address));
    }
  }

  @Test
  void anyTextIsReadAsTheGrammarOfRfc3986Says() throws Exception {
    Random random = new Random(SEED);
    int accepted = 0;
    for (int i = 0; i < 60_000; i++) {
      String text = Addresses.almost(random);
      Parsed<IpAddress> parsed = IpAddress.parse(text);

      assertThat(parsed instanceof Parsed.Ok)
          .as("seed %d, text `%s`", SEED, text)
          .isEqualTo(Rfc3986.ADDRESS.matcher(text).matches());
      if (parsed instanceof Parsed.Ok<IpAddress>(IpAddress address)) {
        accepted++;
        assertThat(address)
            .as("seed %d, text `%s`", SEED, text)
            .isEqualTo(IpAddress.of(InetAddress.ofLiteral(text)));
      }
    }
    assertThat(accepted).as("texts that reach the second half").isBetween(6_000, 54_000);
  }

  @Test
  void aMappedSocketAddressIsTheIpv4Address() throws Exception {
    byte[] mapped = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, -1, -1, 10, 0, 0, 1};
    Inet6Address socket = Inet6Address.getByAddress(null, mapped, 3);

    assertThat(socket.getAddress()).hasSize(16);
    assertThat(IpAddress.of(socket)).isEqualTo(IpAddress.parse("10.0.0.1").orThrow());
    assertThat(IpAddress.of(socket).isIpv4()).isTrue();
  }

  /** RFC 3986 appendix A: {@code IPv4address} and {@code IPv6address}, rule by rule. */
  private static final class Rfc3986 {
    private static final String DEC_OCTET = "(25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9][0-9]|[0-9])";
    private static final String IPV4 = "(" + DEC_OCTET + "\\.){3}" + DEC_OCTET;
    private static final String H16 = "[0-9A-Fa-f]{1,4}";
    private static final String LS32 = "(" + H16 + ":" + H16 + "|" + IPV4 + ")";

    static final Pattern ADDRESS =
        Pattern.compile(
            String.join(
                    "|",
                    IPV4,
                    "(H:){6}L",
                    "::(H:){5}L",
                    "(H)?::(H:){4}L",
                    "((H:){0,1}H)?::(H:){3}L",
                    "((H:){0,2}H)?::(H:){2}L",
                    "((H:){0,3}H)?::H:L",
                    "((H:){0,4}H)?::L",
                    "((H:){0,5}H)?::H",
                    "((H:){0,6}H)?::")
                .replace("H", H16)
                .replace("L", LS32));
  }
}
