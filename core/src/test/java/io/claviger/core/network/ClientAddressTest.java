package io.claviger.core.network;

import static org.assertj.core.api.Assertions.assertThat;

import io.claviger.core.Parsed;
import io.claviger.core.testing.CaseTable;
import io.claviger.core.testing.CaseTable.Row;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ClientAddressTest {
  private static final long SEED = 20_260_104;
  private static final TrustedProxies TEN = TrustedProxies.parse("10.0.0.0/8").orThrow();
  private static final IpAddress PROXY = address("10.0.0.1");

  static List<Row> cases() {
    return CaseTable.read("forwarded-for");
  }

  @ParameterizedTest
  @MethodSource("cases")
  void theTableHolds(Row row) {
    List<String> lines =
        row.get("lines").equals("none") ? List.of() : List.of(row.get("lines").split(";", -1));

    Optional<IpAddress> client =
        ClientAddress.resolve(
            address(row.get("peer")), lines, TrustedProxies.parse(row.get("trusted")).orThrow());

    assertThat(client.map(IpAddress::toString).orElse("unknown")).isEqualTo(row.get("client"));
  }

  /** The rule once more, forwards: split everything, find the last hop that is not ours. */
  private static Optional<IpAddress> reference(IpAddress peer, List<String> lines) {
    if (lines.isEmpty() || !TEN.contains(peer)) {
      return Optional.of(peer);
    }
    List<Optional<IpAddress>> hops =
        Stream.of(String.join(",", lines).split(",", -1))
            .map(hop -> IpAddress.parse(hop.strip()).toOptional())
            .toList();
    Optional<IpAddress> client = hops.getFirst();
    for (Optional<IpAddress> hop : hops) {
      if (hop.isEmpty() || !TEN.contains(hop.get())) {
        client = hop;
      }
    }
    return client;
  }

  @Test
  void everyShortChainAgreesWithTheReference() {
    List<String> entries = List.of("10.0.0.2", "10.0.0.3", "192.0.2.7", "2001:db8::7", "junk", "");
    List<String> separators = List.of(",", " , ", ";");
    List<String> headers = new ArrayList<>(entries);
    for (int from = 0, hops = 1; hops < 5; hops++) {
      int end = headers.size();
      for (String shorter : List.copyOf(headers.subList(from, end))) {
        for (String separator : hops < 3 ? separators : List.of(",")) {
          entries.forEach(entry -> headers.add(shorter + separator + entry));
        }
      }
      from = end;
    }
    assertThat(headers).hasSizeGreaterThan(10_000);
    for (String header : headers) {
      List<String> lines = List.of(header.split(";", -1));
      for (IpAddress peer : List.of(PROXY, address("192.0.2.9"))) {
        assertThat(ClientAddress.resolve(peer, lines, TEN))
            .as("peer %s, lines %s", peer, lines)
            .isEqualTo(reference(peer, lines));
      }
    }
  }

  @Test
  void whatAStrangerSendsOnTheLeftChangesNothing() {
    Random random = new Random(SEED);
    String honest = "198.51.100.7, 10.0.0.3, 10.0.0.2";
    for (int i = 0; i < 5_000; i++) {
      String forged = Addresses.almost(random).replace(",", "");

      assertThat(ClientAddress.resolve(PROXY, List.of(forged + "," + honest), TEN))
          .as("seed %d, forged `%s`", SEED, forged)
          .contains(address("198.51.100.7"));
    }
  }

  @Test
  void anyHeaderIsAnAddressOrUnknown() {
    Random random = new Random(SEED);
    int known = 0;
    for (int i = 0; i < 20_000; i++) {
      String entry = Addresses.almost(random);
      String hop =
          switch (random.nextInt(4)) {
            case 0 -> "[" + entry + "]:" + random.nextInt(70_000);
            case 1 -> entry + ":" + random.nextInt(70_000);
            default -> entry;
          };
      known += ClientAddress.resolve(PROXY, List.of(hop), TEN).isPresent() ? 1 : 0;
    }
    assertThat(known).as("seed %d, both outcomes are tried", SEED).isBetween(2_000, 18_000);
  }

  @Test
  void aHundredHopsAreReadAndOneMoreIsNot() {
    List<String> hundred = new ArrayList<>(Collections.nCopies(100, "10.0.0.2"));
    hundred.set(0, "192.0.2.7");
    List<String> more = new ArrayList<>(hundred);
    more.add("10.0.0.2");

    assertThat(resolve(hundred)).contains(address("192.0.2.7"));
    assertThat(resolve(List.of(String.join(",", hundred)))).contains(address("192.0.2.7"));
    assertThat(resolve(more)).isEmpty();
    assertThat(resolve(List.of(String.join(",", more)))).isEmpty();
    assertThat(resolve(List.of("192.0.2.7", String.join(",", hundred)))).isEmpty();
    assertThat(resolve(List.of("," + String.join(",", hundred))))
        .as("an empty hop counts")
        .isEmpty();
  }

  @Test
  void eightKibibytesAreReadAndOneMoreIsNot() {
    String longest = " ".repeat(ClientAddress.HEADER_LENGTH_MAX - 9) + "192.0.2.7";

    assertThat(resolve(List.of(longest))).contains(address("192.0.2.7"));
    assertThat(resolve(List.of(" " + longest))).isEmpty();
    assertThat(resolve(List.of("", longest))).as("the comma between lines counts").isEmpty();
    assertThat(resolve(List.of("192.0.2.7", "x".repeat(1_000_000)))).isEmpty();
  }

  @Test
  void aHeaderThatIsIgnoredMayBeLong() {
    IpAddress stranger = address("192.0.2.9");

    assertThat(ClientAddress.resolve(stranger, List.of("x".repeat(10_000)), TEN))
        .contains(stranger);
  }

  @Test
  void theListOfProxiesIsReadAsAWhole() {
    assertThat(TrustedProxies.parse(" ")).isEqualTo(Parsed.ok(TrustedProxies.NONE));
    assertThat(TrustedProxies.parse("127.0.0.1 , ::1").orThrow().ranges())
        .containsExactly(Cidr.parse("127.0.0.1").orThrow(), Cidr.parse("::1").orThrow());
    assertThat(TrustedProxies.parse("10.0.0.0/8,")).isInstanceOf(Parsed.Rejected.class);
    assertThat(TrustedProxies.parse("10.0.0.0/8,proxy.example"))
        .isInstanceOfSatisfying(
            Parsed.Rejected.class,
            rejected -> assertThat(rejected.reason()).startsWith("element 2 must"));
  }

  @Test
  void aThousandProxiesAreReadAndOneMoreIsNot() {
    String thousand = String.join(",", Collections.nCopies(1000, "10.0.0.1"));

    assertThat(TrustedProxies.parse(thousand).orThrow().ranges()).hasSize(1000);
    assertThat(TrustedProxies.parse(thousand + ",10.0.0.1"))
        .isEqualTo(Parsed.rejected("must not name more than 1000 ranges"));
  }

  private static Optional<IpAddress> resolve(List<String> lines) {
    return ClientAddress.resolve(PROXY, lines, TEN);
  }

  private static IpAddress address(String text) {
    return IpAddress.parse(text).orThrow();
  }
}
