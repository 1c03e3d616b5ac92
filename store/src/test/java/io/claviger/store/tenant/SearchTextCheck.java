package io.claviger.store.tenant;

import static org.assertj.core.api.Assertions.assertThat;

import io.claviger.core.role.Membership;
import io.claviger.core.role.Overrides;
import io.claviger.core.role.Role;
import io.claviger.core.scim.AttributePath;
import io.claviger.core.scim.Comparison;
import io.claviger.core.scim.Filter;
import io.claviger.store.Database;
import io.claviger.store.Fold;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Nobody whom a filter means is left out by the text that the database looks through. */
final class SearchTextCheck {
  private static final long SEED = 20_261_122;
  private static final int PEOPLE = 80;
  private static final int FILTERS = 400;

  /** Few, so that texts meet; what JSON escapes, what folds to something else, and half a key. */
  private static final List<String> LETTERS =
      List.of(
          "a", "A", "b", "k", "\u212a", "é", "É", "ß", "İ", "ı", "s", "ſ", "🔑", "%", "_", "!",
          "\\", "\"", "/", "\n", "n", " ", "\u2028", "true");

  private final TenantWorld world;
  private final DirectoryStore directory;
  private final Random random = new Random(SEED);
  private final List<DirectoryRow> people = new ArrayList<>();

  SearchTextCheck(Database database, TenantWorld world) {
    this.world = world;
    this.directory = new DirectoryStore(database);
  }

  void run() {
    world.database.run(transaction -> {
      for (int i = 0; i < PEOPLE; i++) {
        people.add(person(i));
        directory.insert(transaction, world.organization, people.getLast());
      }
      world.note(transaction, 1);
    });
    long shown = 0;
    for (int i = 0; i < FILTERS; i++) {
      shown += check();
    }
    assertThat(shown).as("candidates, were nothing known").isLessThan((long) FILTERS * PEOPLE / 2);
  }

  private DirectoryRow person(int number) {
    ObjectNode details = JsonNodeFactory.instance.objectNode();
    details.put("displayName", text(6));
    details.putObject("name").put("familyName", text(4));
    details.putArray("emails").addObject().put("value", text(6)).put("primary", number % 2 == 0);
    return new DirectoryRow(
        "%024x".formatted(number),
        Optional.empty(),
        "p" + number,
        Optional.empty(),
        "p" + number + "@example.com",
        "Given",
        "Family",
        details,
        false,
        true,
        new Membership(Role.VIEW, Overrides.NONE),
        false,
        false,
        Instant.EPOCH,
        Instant.EPOCH);
  }

  private String text(int longest) {
    var text = new StringBuilder();
    for (int length = 1 + random.nextInt(longest); length > 0; length--) {
      text.append(LETTERS.get(random.nextInt(LETTERS.size())));
    }
    return text.toString();
  }

  private int check() {
    Comparison comparison =
        List.of(Comparison.EQ, Comparison.CO, Comparison.SW, Comparison.EW).get(random.nextInt(4));
    // Mostly what somebody has, or a part of it.
    String known = displayName(people.get(random.nextInt(PEOPLE)));
    int points = known.codePointCount(0, known.length());
    int from = known.offsetByCodePoints(0, random.nextInt(points));
    String wanted =
        switch (random.nextInt(4)) {
          case 0 -> text(3);
          case 1 -> known;
          case 2 -> known.substring(0, from);
          default -> known.substring(from);
        };
    Filter name = compare(AttributePath.of("displayName"), comparison, wanted);
    Filter filter =
        switch (random.nextInt(3)) {
          case 0 -> name;
          case 1 -> new Filter.And(name, compare(AttributePath.of("title"), Comparison.NE, "x"));
          default ->
              new Filter.Or(name, compare(AttributePath.of("title"), Comparison.EQ, "no such"));
        };
    Set<String> candidates = new HashSet<>();
    directory.candidates(
        world.organization,
        new DirectoryQuery(Optional.of(filter), "t.id", false, 0, 100),
        PEOPLE,
        row -> candidates.add(row.id()));
    for (DirectoryRow person : people) {
      if (holds(comparison, Fold.fold(displayName(person)), Fold.fold(wanted))) {
        assertThat(candidates).as("seed %d, %s", SEED, filter).contains(person.id());
      }
    }
    return candidates.size();
  }

  private static Filter compare(AttributePath attribute, Comparison comparison, String wanted) {
    return new Filter.Compare(attribute, comparison, new Filter.Literal.Text(wanted));
  }

  private static String displayName(DirectoryRow person) {
    return person.details().get("displayName").stringValue();
  }

  private static boolean holds(Comparison comparison, String value, String wanted) {
    return switch (comparison) {
      case EQ -> value.equals(wanted);
      case CO -> value.contains(wanted);
      case SW -> value.startsWith(wanted);
      case EW -> value.endsWith(wanted);
      case NE, GT, GE, LT, LE -> throw new IllegalArgumentException("not drawn");
    };
  }
}
