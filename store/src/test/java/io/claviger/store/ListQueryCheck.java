package io.claviger.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.jdbi.v3.core.statement.StatementContext;

/** Compares lists from a database with lists made in memory. */
final class ListQueryCheck {
  private static final long SEED = 20_260_101;
  private static final int ROWS = 300;
  private static final int REQUESTS = 300;

  /** Few letters, so that names collide, and those that databases treat in different ways. */
  private static final List<String> LETTERS =
      List.of(
          "a", "A", "b", "é", "É", "ß", "İ", "ı", "🔑", "%", "_", "\\", "*", " ", "z", "Ж", "ж");

  private final Database database;
  private final String textType;
  private final Random random = new Random(SEED);
  private final List<Item> items = new ArrayList<>();

  private record Item(String id, String name, long madeAt, Optional<Long> usedAt) {}

  ListQueryCheck(Database database, String textType) {
    this.database = database;
    this.textType = textType;
  }

  private static final ListQuery QUERY =
      ListQuery.select("i.id, i.name, i.made_at, i.used_at")
          .from("item i")
          .id("i.id")
          .where("i.owner = :owner OR i.owner = :other")
          .where("i.made_at >= :since")
          .sort("name", "i.name_folded")
          .sort("creationDate", "i.made_at")
          .sortNullable("lastUsed", "i.used_at")
          .filter("name", "i.name_folded");

  void run() {
    fill();
    for (int i = 0; i < REQUESTS; i++) {
      check(randomRequest());
    }
    refusesUnknownFields();
  }

  private void fill() {
    database.run(transaction -> {
      transaction
          .handle()
          .execute(
              "CREATE TABLE item (id #text PRIMARY KEY, owner #text, name #text,"
                  .concat(" name_folded #text, made_at BIGINT, used_at BIGINT)")
                  .replace("#text", textType));
      for (int i = 0; i < ROWS; i++) {
        insert(transaction, randomItem(i), i % 10 == 9 ? "stranger" : "me");
      }
    });
  }

  private Item randomItem(int number) {
    return new Item(
        String.format("%08x", Integer.reverse(number)),
        randomText(6),
        random.nextInt(40),
        random.nextBoolean() ? Optional.of((long) random.nextInt(20)) : Optional.empty());
  }

  private void insert(Transaction transaction, Item item, String owner) {
    transaction
        .handle()
        .createUpdate(
            "INSERT INTO item (id, owner, name, name_folded, made_at, used_at)"
                + " VALUES (:id, :owner, :name, :folded, :madeAt, :usedAt)")
        .bind("id", item.id())
        .bind("owner", owner)
        .bind("name", item.name())
        .bind("folded", Fold.fold(item.name()))
        .bind("madeAt", item.madeAt())
        .bind("usedAt", item.usedAt())
        .execute();
    if (owner.equals("me") && item.madeAt() >= 5) {
      items.add(item);
    }
  }

  private ListRequest randomRequest() {
    return new ListRequest(
        random.nextInt(4),
        List.of(1, 7, 100, 1000).get(random.nextInt(4)),
        List.of("name", "creationDate", "lastUsed").get(random.nextInt(3)),
        random.nextBoolean()
            ? ListRequest.SortDirection.ASCENDING
            : ListRequest.SortDirection.DESCENDING,
        random.nextInt(4) == 0
            ? Optional.empty()
            : Optional.of(new ListRequest.Filter("name", new Glob(randomGlob()))));
  }

  private String randomGlob() {
    var glob = new StringBuilder();
    for (int length = random.nextInt(5); length >= 0; length--) {
      glob.append(
          switch (random.nextInt(4)) {
            case 0 -> "*";
            case 1 -> "?";
            default -> LETTERS.get(random.nextInt(LETTERS.size()));
          });
    }
    return glob.toString();
  }

  private String randomText(int longest) {
    var text = new StringBuilder();
    for (int length = random.nextInt(longest); length > 0; length--) {
      text.append(LETTERS.get(random.nextInt(LETTERS.size())));
    }
    return text.toString();
  }

  private void check(ListRequest request) {
    ListQuery bound = QUERY.bind("owner", "me").bind("other", "nobody").bind("since", 5L);
    List<Item> matching = matching(request);
    check(request, matching, database.read(handle -> bound.page(handle, request, this::item)));
    check(
        request,
        matching,
        database.read(handle -> part(bound, bound).page(handle, request, this::item, false)));
    ListQuery keyed = bound.keyed();
    ListQuery walking = keyed.where("i.owner = :owner");
    for (int few : List.of(0, 5, ROWS)) {
      check(
          request,
          matching,
          database.read(handle -> keyed.counted(handle, request, this::item, few, few, walking)));
      database
          .read(handle -> keyed.fewAtOnce(handle, database.dialect(), request, this::item, few))
          .ifPresentOrElse(
              found -> check(request, matching, found),
              () -> assertThat(matching).hasSizeGreaterThan(few));
      checkIds(request, matching, keyed, few);
    }
  }

  private ListPart part(ListQuery matching, ListQuery walking) {
    return new ListPart(database.dialect(), matching, walking);
  }

  /** Ids that are found by statements of their own. */
  private void checkIds(ListRequest request, List<Item> matching, ListQuery keyed, int few) {
    String ids = "SELECT id AS owner_id FROM item WHERE owner = :owner AND made_at >= :since";
    String later = ids + " AND id > " + FoundIds.LAST;
    ListQuery all = QUERY.keyed().bind("owner", "me").bind("other", "stranger").bind("since", 0L);
    ListQuery walking = keyed.where("i.owner = :owner");
    for (int many : List.of(0, ROWS)) {
      for (Optional<String> rest : List.of(Optional.<String>empty(), Optional.of(later))) {
        var found = new FoundIds(ids, rest, few);
        if (request.filter().isPresent()) {
          assertThatThrownBy(() ->
                  database.read(handle ->
                      part(keyed, walking).pageOf(handle, request, this::item, found, all, many)))
              .isInstanceOf(IllegalArgumentException.class);
        } else {
          check(
              request,
              matching,
              database.read(handle ->
                  part(keyed, walking).pageOf(handle, request, this::item, found, all, many)));
        }
      }
    }
  }

  private Item item(ResultSet row, StatementContext context) throws SQLException {
    return new Item(
        row.getString("id"),
        row.getString("name"),
        row.getLong("made_at"),
        Optional.ofNullable(row.getObject("used_at")).map(used -> ((Number) used).longValue()));
  }

  private List<Item> matching(ListRequest request) {
    return items.stream()
        .filter(item -> request.filter().map(f -> matches(f, item)).orElse(true))
        .sorted(order(request))
        .toList();
  }

  private static void check(ListRequest request, List<Item> matching, ListPage<Item> found) {
    assertThat(found.totalCount()).as("seed %d %s", SEED, request).isEqualTo(matching.size());
    assertThat(found.items())
        .as("seed %d %s", SEED, request)
        .isEqualTo(
            matching.stream()
                .skip((long) request.page() * request.perPage())
                .limit(request.perPage())
                .toList());
  }

  private static boolean matches(ListRequest.Filter filter, Item item) {
    return GlobTest.matchesByDefinition(filter.glob().pattern(), item.name());
  }

  private static Comparator<Item> order(ListRequest request) {
    Comparator<Item> byField =
        switch (request.sortField()) {
          case "name" -> Comparator.comparing(item -> codePoints(Fold.fold(item.name())));
          case "creationDate" -> Comparator.comparingLong(Item::madeAt);
          default -> Comparator.comparingLong(item -> item.usedAt().orElse(Long.MIN_VALUE));
        };
    Comparator<Item> up = byField.thenComparing(Item::id);
    return switch (request.direction()) {
      case ASCENDING -> up;
      case DESCENDING -> up.reversed();
    };
  }

  /** Fixed width, so that the order of these is the order of code points. */
  private static String codePoints(String text) {
    var hex = new StringBuilder();
    text.codePoints().forEach(point -> hex.append(String.format("%06x", point)));
    return hex.toString();
  }

  private void refusesUnknownFields() {
    ListQuery bound = QUERY.bind("owner", "me").bind("other", "me").bind("since", 0L);
    assertThatThrownBy(() ->
            database.read(
                handle -> bound.page(handle, ListRequest.firstBy("i.id; --"), (row, _) -> "")))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
