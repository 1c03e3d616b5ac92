package io.claviger.core.scope;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** What a credential may hand on, today and when the catalogue has grown (UAT-17, UAT-18). */
class ScopeCoverTest {
  private static final Catalogue CATALOGUE = Catalogue.standard();
  private static final ScopeCover COVER = new ScopeCover(CATALOGUE);
  private static final Catalogue GROWN = GrownCatalogue.everywhere().catalogue();

  @Test
  void everyPairOfNamesIsCoveredExactlyWhenItStaysCoveredHoweverTheCatalogueGrows() {
    var refusedTooMuch = new TreeSet<String>();
    for (Scope held : CATALOGUE.scopes()) {
      ActionSet heldLater = GROWN.resolve(List.of(held.name()));
      for (Scope wanted : CATALOGUE.scopes()) {
        boolean covers = beyond(List.of(held.name()), List.of(wanted.name())).isEmpty();
        boolean contains = heldLater.containsAll(GROWN.resolve(List.of(wanted.name())));
        if (covers && !contains) {
          assertThat(contains).as("%s hands on %s", held.name(), wanted.name()).isTrue();
        }
        if (contains && !covers) {
          refusedTooMuch.add(held.name() + " " + wanted.name());
        }
      }
    }
    assertThat(refusedTooMuch).isEmpty();
  }

  @Test
  void whatIsHandedOnStaysWithinHoweverTheCatalogueGrows() {
    long seed = 11;
    var random = new Random(seed);
    int handedOn = 0;
    for (int i = 0; i < 60; i++) {
      Catalogue grown = GrownCatalogue.some(random, 12).catalogue();
      for (int k = 0; k < 300; k++) {
        List<String> held = names(random, 3);
        List<String> wanted = names(random, 2);
        if (random.nextBoolean()) {
          wanted = List.of(held.getFirst());
        }
        if (beyond(held, wanted).isEmpty()) {
          handedOn++;
          assertThat(grown.resolve(held).containsAll(grown.resolve(wanted)))
              .as("seed %d, %s hands on %s", seed, held, wanted)
              .isTrue();
        }
      }
    }
    assertThat(handedOn).isGreaterThan(5_000);
  }

  @Test
  void aListOfAllSinglesDoesNotHandOnThePreset() {
    List<String> singles =
        CATALOGUE.scopes().stream()
            .filter(scope -> scope.kind() == ScopeKind.SINGLE)
            .map(Scope::name)
            .toList();
    List<String> nameless =
        List.of(
            "orgChangeLog.checkpoint",
            "orgChangeLog.export",
            "orgChangeLog.get",
            "orgUserChangeLog.get",
            "orgPersonalAccessToken.revoke",
            "orgPersonalAccessTokens.get",
            "orgPersonalAccessTokens.post");
    assertThat(
            CATALOGUE.actionsIn(CATALOGUE.resolve(List.of("all.User"))).stream()
                .map(Action::id)
                .filter(id -> !nameless.contains(id)))
        .isEqualTo(
            CATALOGUE.actionsIn(CATALOGUE.resolve(singles)).stream().map(Action::id).toList());
    assertThat(beyond(singles, List.of("all.User"))).contains("all.User");
    assertThat(beyond(singles, List.of("device.get", "device.*"))).contains("device.*");
    assertThat(beyond(singles, singles)).isEmpty();
  }

  @Test
  void theFirstNameThatGoesBeyondIsNamed() {
    assertThat(beyond(List.of("all.User.bounded"), List.of("me.get", "me.patch", "all.User")))
        .contains("me.patch");
    assertThat(beyond(List.of("all.User"), List.of("there.isNoSuch"))).contains("there.isNoSuch");
  }

  private static Optional<String> beyond(List<String> held, List<String> wanted) {
    return COVER.beyond(new ScopeNames(held), new ScopeNames(wanted));
  }

  private static List<String> names(Random random, int most) {
    List<Scope> scopes = CATALOGUE.scopes();
    List<Scope> umbrellas =
        scopes.stream().filter(scope -> scope.kind() == ScopeKind.UMBRELLA).toList();
    var names = new LinkedHashSet<String>();
    for (int i = random.nextInt(most); i >= 0; i--) {
      List<Scope> from = random.nextInt(3) > 0 ? umbrellas : scopes;
      names.add(from.get(random.nextInt(from.size())).name());
    }
    return new ArrayList<>(names);
  }
}
