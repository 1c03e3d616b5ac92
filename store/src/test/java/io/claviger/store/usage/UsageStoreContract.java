package io.claviger.store.usage;

import static org.assertj.core.api.Assertions.assertThat;

import io.claviger.store.Database;
import io.claviger.store.DatabaseSettings;
import io.claviger.store.ListPage;
import io.claviger.store.ListRequest;
import io.claviger.store.ListRequest.SortDirection;
import io.claviger.store.usage.UsagePruning.Table;
import io.claviger.store.usage.UsageStore.Of;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Every database counts and forgets alike. */
abstract class UsageStoreContract {
  private static final Instant START = Instant.parse("2026-03-09T00:00:00Z");

  abstract DatabaseSettings freshSettings();

  private final Random random = new Random(11);

  private Optional<String> maybe(String... texts) {
    int index = random.nextInt(texts.length + 1);
    return index == texts.length ? Optional.empty() : Optional.of(texts[index]);
  }

  private Usage usage() {
    CredentialParty party =
        new CredentialParty(
            random.nextBoolean() ? "a" : "b",
            "userToken",
            maybe("u1", "u2"),
            maybe("o1", "o2"),
            maybe("x"));
    Usage.Key key =
        new Usage.Key(
            party,
            maybe("me.get"),
            "ok",
            maybe("::1", ""),
            maybe("agent", "Åsa 🔑 '", "%"),
            random.nextBoolean());
    Instant first = START.plusSeconds(random.nextInt(3 * 3600));
    return new Usage(key, 1 + random.nextInt(5), first, first.plusSeconds(random.nextInt(60)));
  }

  private record Place(Usage.Key key, Instant hour) {}

  /** Rows of one hour with one key are one, whichever node wrote them and in whatever order. */
  @Test
  void countsLikeTheModel() {
    try (Database database = Database.open(freshSettings(), InstantSource.system())) {
      UsageStore store = new UsageStore(database);
      Map<Place, Usage> model = new HashMap<>();
      for (int i = 0; i < 40; i++) {
        List<Usage> batch = IntStream.range(0, 20).mapToObj(_ -> usage()).toList();
        store.add(batch);
        for (Usage usage : batch) {
          Instant hour = usage.first().truncatedTo(ChronoUnit.HOURS);
          model.merge(new Place(usage.key(), hour), usage, UsageStoreContract::together);
        }
      }
      for (Of whose : views()) {
        Set<Usage> expected = new HashSet<>();
        model.values().stream().filter(usage -> isOf(whose, usage)).forEach(expected::add);
        List<Usage> found = all(store, whose);
        assertThat(found).as("%s", whose).hasSize(expected.size());
        assertThat(Set.copyOf(found)).isEqualTo(expected);
        assertThat(found).isSortedAccordingTo((a, b) -> b.last().compareTo(a.last()));
      }
    }
  }

  private static List<Of> views() {
    return List.of(
        new Of.Credential("a", "u1"),
        new Of.Credential("a", "o2"),
        new Of.Credential("c", "u1"),
        new Of.Organization("o1", Optional.empty(), Optional.empty()),
        new Of.Organization("o1", Optional.of("b"), Optional.of("ok")),
        new Of.Organization("o1", Optional.empty(), Optional.of("unseen")));
  }

  private static Usage together(Usage one, Usage other) {
    return new Usage(
        one.key(),
        one.uses() + other.uses(),
        one.first().isBefore(other.first()) ? one.first() : other.first(),
        one.last().isAfter(other.last()) ? one.last() : other.last());
  }

  private static boolean isOf(Of whose, Usage usage) {
    CredentialParty party = usage.key().party();
    return switch (whose) {
      case Of.Credential(String id, String owner) ->
          party.credential().equals(id)
              && (party.account().equals(Optional.of(owner))
                  || party.organization().equals(Optional.of(owner)));
      case Of.Organization(String id, var credential, var outcome) ->
          party.organization().equals(Optional.of(id))
              && credential.map(party.credential()::equals).orElse(true)
              && outcome.map(usage.key().outcome()::equals).orElse(true);
    };
  }

  private static List<Usage> all(UsageStore store, Of whose) {
    List<Usage> all = new ArrayList<>();
    ListPage<UsageStore.Row> page;
    int number = 0;
    do {
      page =
          store.list(
              whose,
              new ListRequest(number++, 7, "lastUsed", SortDirection.DESCENDING, Optional.empty()));
      page.items().forEach(row -> all.add(row.usage()));
    } while (!page.items().isEmpty());
    assertThat(page.totalCount()).isEqualTo(all.size());
    return all;
  }

  @Test
  void refusalsAreFoundAndTheOldestGoFirst() {
    try (Database database = Database.open(freshSettings(), InstantSource.system())) {
      RefusalStore refusals = new RefusalStore(database);
      List<Refusal> all = IntStream.range(0, 10).mapToObj(this::refusal).toList();
      refusals.add(all);
      refusals.add(List.of(all.getFirst()));
      for (Refusal refusal : all) {
        assertThat(refusals.find(refusal.requestId())).contains(refusal);
      }
      assertThat(refusals.find("other")).isEmpty();
      UsagePruning pruning = new UsagePruning(database);
      assertThat(pruning.count(Table.REFUSALS)).isEqualTo(10);
      assertThat(pruning.removeBefore(Table.REFUSALS, START.plusSeconds(5), 3)).isEqualTo(3);
      assertThat(pruning.removeBefore(Table.REFUSALS, START.plusSeconds(5), 3)).isEqualTo(2);
      assertThat(pruning.removeBefore(Table.REFUSALS, START.plusSeconds(5), 3)).isZero();
      assertThat(refusals.find("r4")).isEmpty();
      assertThat(refusals.find("r5")).isPresent();
    }
  }

  private Refusal refusal(int number) {
    return new Refusal(
        "r" + number,
        START.plusSeconds(number),
        usage().key().party(),
        "me.get",
        403,
        "scope_missing",
        "No.",
        maybe("0123456789abcdef01234567").map(id -> Map.of("applicationId", id)),
        maybe("::1"),
        maybe("agent"));
  }

  @Test
  void usesArePrunedByAgeAndNumber() {
    try (Database database = Database.open(freshSettings(), InstantSource.system())) {
      UsageStore store = new UsageStore(database);
      for (int i = 0; i < 10; i++) {
        Usage usage = usage();
        Instant at = START.plus(i, ChronoUnit.DAYS);
        store.add(List.of(new Usage(usage.key(), 1, at, at)));
      }
      UsagePruning pruning = new UsagePruning(database);
      assertThat(pruning.removeBefore(Table.USAGE, START.plus(3, ChronoUnit.DAYS), 500))
          .isEqualTo(3);
      assertThat(pruning.removeBefore(Table.USAGE, Instant.ofEpochMilli(Long.MAX_VALUE), 2))
          .isEqualTo(2);
      assertThat(pruning.count(Table.USAGE)).isEqualTo(5);
    }
  }
}
