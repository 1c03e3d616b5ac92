package io.claviger.core.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.claviger.core.Parsed;
import io.claviger.core.network.AddressRule.Anyone;
import io.claviger.core.network.AddressRule.Except;
import io.claviger.core.network.AddressRule.Only;
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

class AddressRuleTest {
  private static final long SEED = 20_260_103;

  static List<Row> cases() {
    return CaseTable.read("address");
  }

  @ParameterizedTest
  @MethodSource("cases")
  void theTableHolds(Row row) {
    Optional<IpAddress> from =
        row.get("from").equals("unknown")
            ? Optional.empty()
            : Optional.of(IpAddress.parse(row.get("from")).orThrow());

    String outcome =
        rule(row).map(rule -> rule.permits(from) ? "permitted" : "refused").orElse("invalid");

    assertThat(outcome).isEqualTo(row.get("outcome"));
  }

  private static Optional<AddressRule> rule(Row row) {
    List<Cidr> ranges = new ArrayList<>();
    for (String text : row.list("ranges")) {
      switch (Cidr.parse(text)) {
        case Parsed.Ok<Cidr>(Cidr range) -> ranges.add(range);
        case Parsed.Rejected<Cidr>(String reason) -> {
          assertThat(reason).startsWith("must ");
          return Optional.empty();
        }
      }
    }
    if (ranges.isEmpty() && !row.get("rule").equals("anyone")) {
      assertThatThrownBy(() -> new Only(ranges)).isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(() -> new Except(ranges)).isInstanceOf(IllegalArgumentException.class);
      return Optional.empty();
    }
    return Optional.of(
        switch (row.get("rule")) {
          case "anyone" -> new Anyone();
          case "only" -> new Only(ranges);
          case "except" -> new Except(ranges);
          default -> throw new IllegalArgumentException("no such rule at " + row.place());
        });
  }

  @Test
  void exceptIsComplementOfOnly() {
    Random random = new Random(SEED);
    for (int i = 0; i < 50_000; i++) {
      List<Cidr> ranges = ranges(random);
      Optional<IpAddress> from = Optional.of(Addresses.any(random));

      assertThat(new Except(ranges).permits(from))
          .as("seed %d, %s in %s", SEED, from, ranges)
          .isNotEqualTo(new Only(ranges).permits(from));
    }
  }

  @Test
  void anUnknownClientPassesNoRuleThatNamesRanges() {
    Random random = new Random(SEED);
    for (int i = 0; i < 1000; i++) {
      List<Cidr> ranges = ranges(random);

      assertThat(new Only(ranges).permits(Optional.empty())).isFalse();
      assertThat(new Except(ranges).permits(Optional.empty())).isFalse();
    }
    assertThat(new Anyone().permits(Optional.empty())).isTrue();
  }

  @Test
  void orderOfRangesDoesNotMatterAndOneMoreNeverNarrowsOnly() {
    Random random = new Random(SEED);
    for (int i = 0; i < 20_000; i++) {
      List<Cidr> ranges = ranges(random);
      Optional<IpAddress> from = Optional.of(Addresses.any(random));
      boolean permitted = new Only(ranges).permits(from);
      List<Cidr> more = new ArrayList<>(ranges);
      Collections.shuffle(more, random);

      assertThat(new Only(more).permits(from)).as("seed %d", SEED).isEqualTo(permitted);
      more.add(ranges(random).getFirst());
      assertThat(new Only(more).permits(from) || !permitted).as("seed %d", SEED).isTrue();
    }
  }

  @Test
  void aRuleNamesOneToAHundredRanges() {
    List<Cidr> hundred = Collections.nCopies(100, Cidr.parse("10.0.0.0/8").orThrow());
    List<Cidr> more = Collections.nCopies(101, Cidr.parse("10.0.0.0/8").orThrow());

    assertThat(new Only(hundred).ranges()).hasSize(AddressRule.RANGES_MAX);
    assertThat(new Except(hundred).ranges()).hasSize(AddressRule.RANGES_MAX);
    assertThatThrownBy(() -> new Only(more)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new Except(more)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aRuleKeepsItsRangesWhenTheListGivenChanges() {
    List<Cidr> ranges = new ArrayList<>(List.of(Cidr.parse("10.0.0.0/8").orThrow()));
    Only rule = new Only(ranges);
    ranges.clear();

    assertThat(rule.ranges()).hasSize(1);
  }

  private static List<Cidr> ranges(Random random) {
    return Stream.generate(() -> Addresses.any(random))
        .limit(1 + random.nextInt(4))
        .map(address -> new Cidr(address, random.nextInt(address.isIpv4() ? 9 : 17)))
        .toList();
  }
}
