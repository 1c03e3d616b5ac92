package io.claviger.core.scope;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.claviger.core.Parsed;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What a new credential may be given as its scope (UAT-16, APT-6, KEY-40). */
class GrantTest {
  private static final Catalogue CATALOGUE = Catalogue.standard();
  private static final Set<ScopeGroup> ANY = EnumSet.allOf(ScopeGroup.class);
  private static final Set<ScopeGroup> APPLICATION = EnumSet.of(ScopeGroup.APPLICATION);

  @Test
  void keepsTheNamesAndNotTheirExpansion() {
    var names = List.of("device.get", "all.Application.read", "device.*");
    assertThat(CATALOGUE.parseGrant(names, ANY)).isEqualTo(Parsed.ok(new ScopeNames(names)));
  }

  @Test
  void everyNameOfAnAllowedGroupIsGrantedAndNoOther() {
    for (Scope scope : CATALOGUE.scopes()) {
      for (ScopeGroup group : ScopeGroup.values()) {
        assertThat(granted(List.of(scope.name()), Set.of(group)))
            .as("%s to %s", scope, group)
            .isEqualTo(scope.group() == group);
      }
    }
    var all = CATALOGUE.scopes().stream().map(Scope::name).toList();
    assertThat(granted(all, ANY)).isTrue();
  }

  @Test
  void theFirstWrongEntryIsNamed() {
    refuses(List.of(), ANY, "must name at least one scope");
    refuses(List.of("device.get", "device.*", "device.fly"), ANY, "[2] is not a known scope");
    refuses(List.of("Device.get"), ANY, "[0] is not a known scope");
    refuses(List.of("device.get "), ANY, "[0] is not a known scope");
    refuses(List.of(""), ANY, "[0] is not a known scope");
    refuses(List.of("*"), ANY, "[0] is not a known scope");
    refuses(List.of("device.get", "me.get", "device.get"), ANY, "[2] repeats [0]");
    refuses(
        List.of("device.get", "me.get"),
        APPLICATION,
        "[1] is of the user group, which is not allowed here");
    refuses(
        List.of("all.Application"),
        Set.of(),
        "[0] is of the application group, which is not allowed here");
  }

  @Test
  void anEndlessListIsRefusedAtTheFirstRepetition() {
    var endless = Collections.nCopies(Integer.MAX_VALUE, "device.get");
    refuses(endless, ANY, "[1] repeats [0]");
  }

  @Test
  void aDeviceMayAskForItsNineteenNamesOnly() {
    assertThat(Catalogue.DEVICE_SCOPES).hasSize(19);
    for (Scope scope : CATALOGUE.scopes()) {
      var parsed = CATALOGUE.parseGrantOf(List.of(scope.name()), Catalogue.DEVICE_SCOPES);
      assertThat(parsed.toOptional().isPresent())
          .as(scope.name())
          .isEqualTo(Catalogue.DEVICE_SCOPES.contains(scope.name()));
    }
    assertThat(CATALOGUE.parseGrantOf(List.of("device.get", "me.get"), Catalogue.DEVICE_SCOPES))
        .isEqualTo(Parsed.rejected("[1] is not allowed here"));
  }

  @Test
  void fixedListsAreInTheVocabulary() {
    assertThat(Catalogue.DEVICE_SCOPES).allMatch(CATALOGUE::isScope);
    assertThat(Catalogue.OAUTH_SCOPES).hasSize(7).allMatch(CATALOGUE::isScope);
    assertThat(
            CATALOGUE
                .resolve(List.of("all.Device"))
                .containsAll(CATALOGUE.resolve(Catalogue.DEVICE_SCOPES)))
        .isTrue();
  }

  @Test
  void agreesWithAPlainReadingOfTheRulesOnRandomLists() {
    long seed = 41;
    var random = new Random(seed);
    var known = CATALOGUE.scopes();
    int granted = 0;
    for (int i = 0; i < 20_000; i++) {
      var names = new ArrayList<String>();
      for (int k = random.nextInt(6); k > 0; k--) {
        String name = known.get(random.nextInt(known.size())).name();
        boolean repeat = !names.isEmpty() && random.nextInt(20) == 0;
        names.add(repeat ? names.getFirst() : random.nextInt(20) == 0 ? name.substring(1) : name);
      }
      var groups = EnumSet.noneOf(ScopeGroup.class);
      for (ScopeGroup group : ScopeGroup.values()) {
        if (random.nextInt(5) > 0) {
          groups.add(group);
        }
      }
      boolean expected =
          !names.isEmpty()
              && new HashSet<>(names).size() == names.size()
              && names.stream()
                  .allMatch(n -> CATALOGUE.group(n).filter(groups::contains).isPresent());
      granted += expected ? 1 : 0;
      assertThat(granted(names, groups))
          .as("seed %d, %s to %s", seed, names, groups)
          .isEqualTo(expected);
    }
    assertThat(granted).isBetween(2_000, 18_000);
  }

  @Test
  void carriedScopeIsNeverEmptyNorRepeated() {
    for (List<String> names :
        List.of(List.<String>of(), List.of("a.b", "a.b"), List.of(""), List.of("x".repeat(1025)))) {
      assertThatThrownBy(() -> new ScopeNames(names)).isInstanceOf(IllegalArgumentException.class);
    }
    assertThat(new ScopeNames(List.of("x".repeat(1024))).names()).hasSize(1);
  }

  private static boolean granted(List<String> names, Set<ScopeGroup> groups) {
    return CATALOGUE.parseGrant(names, groups).toOptional().isPresent();
  }

  private static void refuses(List<String> names, Set<ScopeGroup> groups, String reason) {
    assertThat(CATALOGUE.parseGrant(names, groups)).isEqualTo(Parsed.rejected(reason));
  }
}
