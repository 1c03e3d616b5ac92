package io.claviger.core.decide;

import static org.assertj.core.api.Assertions.assertThat;

import io.claviger.core.credential.ApplicationToken;
import io.claviger.core.credential.CredentialStatus;
import io.claviger.core.credential.UserCredential;
import io.claviger.core.credential.UserCredential.Kind;
import io.claviger.core.credential.UserFacts;
import io.claviger.core.credential.Validity;
import io.claviger.core.role.Ceiling;
import io.claviger.core.role.Role;
import io.claviger.core.role.RoleCap;
import io.claviger.core.scope.Action;
import io.claviger.core.scope.Catalogue;
import io.claviger.core.scope.GrownCatalogue;
import io.claviger.core.scope.GrownCatalogue.Grown;
import io.claviger.core.scope.ScopeCover;
import io.claviger.core.scope.ScopeGroup;
import io.claviger.core.scope.ScopeNames;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * The law of attenuation: whoever is let make a credential, and whoever that is handed on to, the
 * last in the chain can nowhere and never do what the first could not, also with actions that did
 * not exist then.
 */
class MintingTest {
  private static final Minting MINTING = new Minting(new ScopeCover(World.CATALOGUE));
  private static final Action MAKE_USER_TOKEN = World.action("userApiTokens.post");
  private static final Action MAKE_APPLICATION_TOKEN = World.action("applicationApiTokens.post");
  private static final List<Catalogue> CATALOGUES = catalogues();
  private static final int CHAIN = 4;

  private static List<Catalogue> catalogues() {
    List<Catalogue> catalogues = new ArrayList<>();
    catalogues.add(World.CATALOGUE);
    catalogues.add(GrownCatalogue.everywhere().catalogue());
    for (int i = 0; i < 8; i++) {
      Grown grown = GrownCatalogue.some(new Random(i), 20);
      catalogues.add(grown.catalogue());
    }
    return List.copyOf(catalogues);
  }

  private int minted;
  private int refused;
  private int allowed;

  @Test
  void userTokensAreWithinTheirMakers() {
    for (long seed = 0; seed < 2_000; seed++) {
      World world = new World(seed);
      Bearer first = world.maker();
      Bearer last = first;
      for (int i = 0; i < CHAIN; i++) {
        Optional<Bearer> next = userToken(world, last);
        if (next.isEmpty()) {
          refused++;
          continue;
        }
        minted++;
        last = next.get();
        within(world, seed, first, last);
      }
    }
    assertThat(minted).isGreaterThan(500);
    assertThat(refused).isGreaterThan(1_000);
    assertThat(allowed).isGreaterThan(2_000);
  }

  @Test
  void applicationTokensAreWithinTheirMakers() {
    for (long seed = 0; seed < 2_000; seed++) {
      World world = new World(seed);
      Bearer first = world.maker();
      Bearer last = first;
      Place.OfApplication place = world.ofApplication(first, world.pick(World.APPLICATIONS));
      for (int i = 0; i < CHAIN; i++) {
        Optional<Bearer> next = applicationToken(world, last, place);
        if (next.isEmpty()) {
          refused++;
          continue;
        }
        minted++;
        last = next.get();
        within(world, seed, first, last);
      }
    }
    assertThat(minted).isGreaterThan(500);
    assertThat(refused).isGreaterThan(1_000);
    assertThat(allowed).isGreaterThan(2_000);
  }

  @Test
  void aChangedCapIsWithinTheTokenOrItsChanger() {
    int raised = 0;
    for (long seed = 0; seed < 2_000; seed++) {
      World world = new World(seed);
      Bearer.OfUser changer = world.maker();
      Bearer.OfUser before = world.makerOf(changer.credential().user(), Kind.API_TOKEN);
      UserCredential old = before.credential();
      RoleCap cap = world.once(2) ? world.capNear(changer.credential().cap()) : world.cap();
      boolean may =
          good(changer)
              && MINTING
                  .changedCap(
                      changer.credential(),
                      old.grant().names(),
                      old.validity().expiresAt(),
                      old.cap(),
                      cap)
                  .isEmpty();
      if (!may) {
        continue;
      }
      raised += cap.within(old.cap()) ? 0 : 1;
      Bearer after = user(old.validity(), old.grant().names(), cap, before);
      for (int i = 0; i < 20; i++) {
        Question question = world.question(after);
        if (Authorizer.decide(question).allowed()) {
          assertThat(allows(changer, atWork(changer, question)) || allows(before, question))
              .as("seed %d, %s made %s into %s: %s", seed, changer, before, after, question)
              .isTrue();
        }
      }
    }
    assertThat(raised).isGreaterThan(50);
  }

  @Test
  void theFieldThatAsksTooMuchIsNamed() {
    World world = new World(1);
    UserCredential creator =
        ((Bearer.OfUser)
                user(
                    new Validity(CredentialStatus.ACTIVE, Optional.of(World.NOON)),
                    new ScopeNames(List.of("all.User.bounded", "userApiTokens.post")),
                    new RoleCap(Role.EDIT, Optional.empty(), Map.of()),
                    world.maker()))
            .credential();
    RoleCap cap = creator.cap();
    Optional<Instant> end = Optional.of(World.NOON);
    ScopeNames scope = new ScopeNames(List.of("all.User.bounded"));
    assertThat(MINTING.userToken(creator, scope, cap, end)).isEmpty();
    ScopeNames wide = new ScopeNames(List.of("me.get", "me.patch"));
    assertThat(MINTING.userToken(creator, wide, cap, end))
        .contains(new Minting.Excess.Scope("me.patch"));
    assertThat(MINTING.userToken(creator, scope, RoleCap.UNCAPPED, end))
        .contains(new Minting.Excess.Cap());
    assertThat(MINTING.userToken(creator, scope, cap, Optional.of(World.NOON.plusMillis(1))))
        .contains(new Minting.Excess.Lifetime());
    assertThat(MINTING.userToken(creator, scope, cap, Optional.empty()))
        .contains(new Minting.Excess.Lifetime());
    assertThat(
            List.of(
                    new Minting.Excess.Scope("me.patch"),
                    new Minting.Excess.Cap(),
                    new Minting.Excess.Lifetime())
                .stream()
                .map(Minting.Excess::field))
        .containsExactly("scope", "defaultRole", "expirationDate");
  }

  @Test
  void everyNameIsWithinAllUser() {
    World world = new World(2);
    UserCredential creator =
        ((Bearer.OfUser)
                user(
                    Validity.UNLIMITED,
                    new ScopeNames(List.of("all.User")),
                    RoleCap.UNCAPPED,
                    world.maker()))
            .credential();
    List<String> names = World.CATALOGUE.scopes().stream().map(it -> it.name()).toList();
    assertThat(
            MINTING.userToken(creator, new ScopeNames(names), RoleCap.UNCAPPED, Optional.empty()))
        .isEmpty();
  }

  // ---- making

  private static boolean good(Bearer bearer) {
    return Authorizer.decide(
            new Question(
                bearer, MAKE_USER_TOKEN, new Place.Account(), Optional.empty(), World.NOON))
        .allowed();
  }

  private static Optional<Bearer> userToken(World world, Bearer maker) {
    if (!(maker instanceof Bearer.OfUser user) || !good(maker)) {
      return Optional.empty();
    }
    UserCredential creator = user.credential();
    ScopeNames scope = world.scopeNear(creator.grant().names());
    RoleCap cap = world.capNear(creator.cap());
    Optional<Instant> end = end(world, creator.validity());
    return MINTING.userToken(creator, scope, cap, end).isPresent()
        ? Optional.empty()
        : Optional.of(user(new Validity(CredentialStatus.ACTIVE, end), scope, cap, user));
  }

  private static Optional<Bearer> applicationToken(
      World world, Bearer maker, Place.OfApplication place) {
    Question question =
        new Question(maker, MAKE_APPLICATION_TOKEN, place, Optional.empty(), World.NOON);
    Optional<Ceiling> ceiling = Minting.ceiling(maker, place);
    if (!Authorizer.decide(question).allowed() || ceiling.isEmpty()) {
      return Optional.empty();
    }
    Optional<Minting.Excess> excess;
    Validity validity;
    ScopeNames scope;
    switch (maker) {
      case Bearer.OfUser(UserCredential creator, var _) -> {
        scope = applicationScope(world, creator.grant().names());
        validity = new Validity(CredentialStatus.ACTIVE, end(world, creator.validity()));
        excess = MINTING.applicationToken(creator, scope, validity.expiresAt());
      }
      case Bearer.OfApplication(ApplicationToken creator, boolean _) -> {
        scope = applicationScope(world, creator.grant().names());
        validity = new Validity(CredentialStatus.ACTIVE, end(world, creator.validity()));
        excess = MINTING.applicationToken(creator, scope, validity.expiresAt());
      }
      case Bearer.OfDevice _, Bearer.OfTenant _, Bearer.Anonymous _ ->
          throw new AssertionError("made a token");
    }
    return excess.isPresent()
        ? Optional.empty()
        : Optional.of(
            new Bearer.OfApplication(
                new ApplicationToken(
                    Ids.credential(1), place.id(), validity, World.grant(scope), ceiling.get()),
                true));
  }

  /** An application token takes names of its group alone (APT-13). */
  private static ScopeNames applicationScope(World world, ScopeNames held) {
    List<String> names =
        world.scopeNear(held).names().stream()
            .filter(name -> World.CATALOGUE.group(name).equals(Optional.of(ScopeGroup.APPLICATION)))
            .toList();
    return new ScopeNames(names.isEmpty() ? List.of("applicationApiTokens.post") : names);
  }

  private static Optional<Instant> end(World world, Validity creator) {
    return switch (world.random.nextInt(3)) {
      case 0 -> Optional.of(world.moment().plusMillis(60_000));
      case 1 -> Optional.empty();
      default -> creator.expiresAt();
    };
  }

  private static Bearer user(Validity validity, ScopeNames scope, RoleCap cap, Bearer.OfUser like) {
    return new Bearer.OfUser(
        new UserCredential(
            Kind.API_TOKEN,
            Ids.credential(1),
            like.credential().user(),
            World.NOON,
            validity,
            World.grant(scope),
            cap),
        like.user());
  }

  // ---- comparing

  private void within(World world, long seed, Bearer first, Bearer last) {
    for (int i = 0; i < 12; i++) {
      Catalogue catalogue = world.pick(CATALOGUES);
      Question question = world.questionNear(first, last, catalogue);
      Decision decision = decide(last, question, catalogue);
      if (decision instanceof Decision.Allowed yes) {
        allowed++;
        Decision before = decide(first, atWork(first, question), catalogue);
        assertThat(before.allowed())
            .as("seed %d, %s may by %s what its maker may not: %s", seed, last, yes, first)
            .isTrue();
        if (before instanceof Decision.Allowed(Optional<Role> role, var _)) {
          assertThat(role.map(it -> it.atLeast(yes.role().orElse(Role.NONE))).orElse(true))
              .as("seed %d, %s has more than %s: %s", seed, last, first, question)
              .isTrue();
        }
      }
    }
  }

  /** A session hands on more time than it has: it is compared as it was when it made the token. */
  private static Question atWork(Bearer first, Question question) {
    boolean session =
        first instanceof Bearer.OfUser(UserCredential credential, Optional<UserFacts> _)
            && credential.kind() == Kind.SESSION;
    return session
        ? new Question(first, question.action(), question.place(), question.address(), World.NOON)
        : question;
  }

  private static boolean allows(Bearer bearer, Question question) {
    return decide(bearer, question, World.CATALOGUE).allowed();
  }

  private static Decision decide(Bearer bearer, Question question, Catalogue catalogue) {
    return Authorizer.decide(
        new Question(
            Altered.in(catalogue, bearer),
            question.action(),
            question.place(),
            question.address(),
            question.now()));
  }
}
