package io.claviger.core.decide;

import static org.assertj.core.api.Assertions.assertThat;

import io.claviger.core.credential.UserCredential;
import io.claviger.core.decide.Vouching.Outcome;
import io.claviger.core.device.DeviceFacts;
import io.claviger.core.role.Resource;
import io.claviger.core.scope.Action;
import io.claviger.core.scope.ScopeCover;
import io.claviger.core.scope.ScopeNames;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Who vouches for a device gives no more than he has (KEY-31, KEY-41). */
class VouchingTest {
  private static final int WORLDS = 2_000;
  private static final Action SEEING = World.action("device.get");

  private final Vouching vouching = new Vouching(new ScopeCover(World.CATALOGUE));

  /** One answer after the other, as the rule book has them, against the same facts. */
  @Test
  void agreesWithThePlainRule() {
    Map<String, Integer> answers = new HashMap<>();
    for (long seed = 0; seed < WORLDS; seed++) {
      World world = new World(seed);
      for (Bearer bearer : world.bearers) {
        Question question = question(world, bearer);
        ScopeNames wanted =
            new ScopeNames(
                List.of(world.pick(List.of("all.Device", "all.Device.read", "device.get"))));
        String expected = plain(question, wanted);
        assertThat(name(vouching.decide(question, wanted)))
            .as("seed %d, %s, %s", seed, question, wanted)
            .isEqualTo(expected);
        answers.merge(expected, 1, Integer::sum);
      }
    }
    assertThat(answers.keySet())
        .contains("granted", "unfit", "beyond", "CannotVouch", "Unseen", "ScopeMissing");
    assertThat(answers.get("granted")).isGreaterThan(50);
  }

  /** A session ends with what vouched for it, if that ends at all. */
  @Test
  void givesNoMoreTimeThanThereIs() {
    int granted = 0;
    for (long seed = 0; seed < WORLDS; seed++) {
      World world = new World(seed);
      for (Bearer bearer : world.bearers) {
        Question question = question(world, bearer);
        if (vouching.decide(question, new ScopeNames(List.of("device.get")))
            instanceof Outcome.Granted(DeviceFacts device, var latestEnd)) {
          granted++;
          assertThat(latestEnd)
              .isEqualTo(
                  switch (bearer) {
                    case Bearer.OfUser it -> it.credential().validity().expiresAt();
                    case Bearer.OfApplication it -> it.token().validity().expiresAt();
                    case Bearer.OfDevice _, Bearer.OfTenant _, Bearer.Anonymous _ ->
                        throw new AssertionError();
                  });
          assertThat(device.deleted()).isFalse();
        }
      }
    }
    assertThat(granted).isGreaterThan(50);
  }

  private static Question question(World world, Bearer bearer) {
    DeviceFacts device = world.pick(world.devices);
    Resource.Application application =
        World.APPLICATIONS.stream()
            .filter(it -> it.id().equals(device.application()))
            .findFirst()
            .orElseThrow();
    Place.OfApplication at = world.ofApplication(bearer, application);
    Place place =
        new Place.OfApplication(
            at.owner(),
            at.id(),
            at.standing(),
            Optional.of(new Place.NamedDevice(Optional.of(device))),
            at.state());
    return new Question(
        bearer,
        SEEING,
        world.once(12) ? new Place.Absent("Device") : place,
        world.address(),
        world.moment());
  }

  private static String plain(Question question, ScopeNames wanted) {
    Bearer bearer = question.bearer();
    Optional<Denial> invalid = Authorizer.invalid(bearer, question.address(), question.now());
    if (invalid.isPresent()) {
      return invalid.get().getClass().getSimpleName();
    }
    boolean oauth =
        bearer instanceof Bearer.OfUser user
            && user.credential().kind() == UserCredential.Kind.OAUTH_TOKEN;
    if (oauth || bearer instanceof Bearer.OfDevice || bearer instanceof Bearer.OfTenant) {
      return "CannotVouch";
    }
    if (Authorizer.decide(question) instanceof Decision.Denied(Denial reason)) {
      return reason.getClass().getSimpleName();
    }
    DeviceFacts device =
        ((Place.OfApplication) question.place()).device().orElseThrow().facts().orElseThrow();
    if (device.deleted()) {
      return "Unseen";
    }
    return switch (device.deviceClass()) {
      case PERIPHERAL, FLOATING, SYSTEM -> "unfit";
      case STANDALONE, GATEWAY, EDGE_COMPUTE, EMBEDDED ->
          covered(bearer, wanted) ? "granted" : "beyond";
    };
  }

  /** What covers what is settled elsewhere (ScopeCoverTest). */
  private static boolean covered(Bearer bearer, ScopeNames wanted) {
    List<String> held =
        switch (bearer) {
          case Bearer.OfUser it -> it.credential().grant().names().names();
          case Bearer.OfApplication it -> it.token().grant().names().names();
          case Bearer.OfDevice _, Bearer.OfTenant _, Bearer.Anonymous _ ->
              throw new AssertionError();
        };
    return new ScopeCover(World.CATALOGUE).beyond(new ScopeNames(held), wanted).isEmpty();
  }

  private static String name(Outcome outcome) {
    return switch (outcome) {
      case Outcome.Granted _ -> "granted";
      case Outcome.Unfit _ -> "unfit";
      case Outcome.Beyond _ -> "beyond";
      case Outcome.Refused(Denial reason) -> reason.getClass().getSimpleName();
    };
  }
}
