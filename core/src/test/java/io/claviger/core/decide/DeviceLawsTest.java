package io.claviger.core.decide;

import static org.assertj.core.api.Assertions.assertThat;

import io.claviger.core.credential.AccessKey;
import io.claviger.core.credential.CredentialStatus;
import io.claviger.core.credential.DeviceSession;
import io.claviger.core.credential.Validity;
import io.claviger.core.decide.Bearer.Warrant;
import io.claviger.core.device.DeviceClass;
import io.claviger.core.device.DeviceFacts;
import io.claviger.core.device.DeviceReach;
import io.claviger.core.device.DeviceReach.Deed;
import io.claviger.core.device.DeviceSelection;
import io.claviger.core.device.TagSelector;
import io.claviger.core.id.DeviceId;
import io.claviger.core.network.AddressRule;
import io.claviger.core.role.OwnerState;
import io.claviger.core.scope.ActionFlag;
import io.claviger.core.scope.Catalogue;
import io.claviger.core.scope.ScopeNames;
import io.claviger.core.secret.Digest;
import io.claviger.core.topic.CustomTopics;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The laws of devices and of access keys (KEY-20 to KEY-33, KEY-41 to KEY-54). */
class DeviceLawsTest {
  private static final int WORLDS = 1_500;

  /** KEY-22: a key whose last device or tag is gone is for no device, not for all. */
  @Test
  void emptySelectionSelectsNothing() {
    DeviceSelection empty = new DeviceSelection.Only(Set.of(), List.of());
    for (long seed = 0; seed < WORLDS; seed++) {
      World world = new World(seed);
      for (DeviceFacts device : world.devices) {
        assertThat(empty.selects(device)).isFalse();
        AccessKey key = key(device, empty, CredentialStatus.ACTIVE);
        assertThat(login(key, device)).isPresent();
        DeviceReach reach = new DeviceReach.OfDevice(device.id(), false, empty);
        for (DeviceFacts other : world.devices) {
          assertThat(reach.sees(other)).isEqualTo(other.id().equals(device.id()));
        }
      }
    }
  }

  /** KEY-22, KEY-23: each entry only adds, so without it there is less or the same. */
  @Test
  void removingAnEntryNeverWidensASelection() {
    int narrowed = 0;
    for (long seed = 0; seed < WORLDS; seed++) {
      World world = new World(seed);
      if (!(world.selection() instanceof DeviceSelection.Only all)) {
        continue;
      }
      for (DeviceSelection.Only fewer : withoutOne(all)) {
        for (DeviceFacts device : world.devices) {
          boolean before = all.selects(device);
          boolean after = fewer.selects(device);
          assertThat(before || !after).as("seed %d, %s, %s", seed, fewer, device).isTrue();
          narrowed += before && !after ? 1 : 0;
        }
      }
    }
    assertThat(narrowed).isGreaterThan(500);
  }

  private static List<DeviceSelection.Only> withoutOne(DeviceSelection.Only all) {
    List<DeviceSelection.Only> fewer = new ArrayList<>();
    for (DeviceId device : all.devices()) {
      Set<DeviceId> devices = new HashSet<>(all.devices());
      devices.remove(device);
      fewer.add(new DeviceSelection.Only(devices, all.tags()));
    }
    for (int i = 0; i < all.tags().size(); i++) {
      List<TagSelector> tags = new ArrayList<>(all.tags());
      tags.remove(i);
      fewer.add(new DeviceSelection.Only(all.devices(), tags));
    }
    return fewer;
  }

  /** KEY-28: no scope, key or sponsor takes a device out of its application. */
  @Test
  void deviceNeverReachesOutsideItsApplication() {
    int inside = 0;
    for (long seed = 0; seed < 6 * WORLDS; seed++) {
      World world = new World(seed);
      Bearer.OfDevice bearer = (Bearer.OfDevice) world.deviceBearer();
      Question question = world.question(bearer);
      boolean free = question.action().has(ActionFlag.NO_TOKEN);
      if (free || !Authorizer.decide(question).allowed()) {
        continue;
      }
      boolean own =
          switch (question.place()) {
            case Place.OfApplication it ->
                it.id().equals(bearer.session().application())
                    && it.device()
                        .flatMap(Place.NamedDevice::facts)
                        .map(device -> device.application().equals(it.id()))
                        .orElse(true);
            case Place.Account _ -> question.action().has(ActionFlag.ANY_SCOPE);
            case Place.OfDashboard _, Place.OfOwner _, Place.Absent _ -> false;
          };
      assertThat(own).as("seed %d, %s", seed, question).isTrue();
      inside++;
    }
    assertThat(inside).isGreaterThan(300);
  }

  /** KEY-41: a session that somebody vouched for may do only what both may. */
  @Test
  void sponsorBoundsSession() {
    int bounded = 0;
    int allowed = 0;
    for (long seed = 0; seed < 4 * WORLDS; seed++) {
      World world = new World(seed);
      Bearer.OfDevice drawn = (Bearer.OfDevice) world.deviceBearer();
      Bearer sponsor =
          world.once(2)
              ? world.maker()
              : new Bearer.OfApplication(
                  ((Bearer.OfApplication) world.applicationBearer()).token(), true);
      Bearer bearer =
          new Bearer.OfDevice(drawn.session(), new Warrant.BySponsor(sponsor), drawn.device());
      Question question = world.question(bearer);
      Decision decision = Authorizer.decide(question);
      Decision sponsored = Authorizer.decide(Altered.bearer(question, sponsor));
      allowed += decision.allowed() ? 1 : 0;
      bounded += decision.allowed() || sponsored.allowed() ? 0 : 1;
      assertThat(!decision.allowed() || sponsored.allowed())
          .as("seed %d, %s", seed, question)
          .isTrue();
    }
    assertThat(allowed).isGreaterThan(100);
    assertThat(bounded).isGreaterThan(100);
  }

  /** KEY-46: a session ends with the key that vouched for it. */
  @Test
  void keyBoundsSession() {
    for (DeviceFacts device : new World(4).devices) {
      if (device.deleted()) {
        continue;
      }
      AccessKey on = key(device, new DeviceSelection.All(), CredentialStatus.ACTIVE);
      AccessKey off = key(device, new DeviceSelection.All(), CredentialStatus.INACTIVE);
      assertThat(invalid(session(device, Optional.of(on)))).isEmpty();
      assertThat(invalid(session(device, Optional.of(off)))).contains(new Denial.OwnerGone());
      assertThat(invalid(session(device, Optional.empty()))).contains(new Denial.OwnerGone());
    }
  }

  /** KEY-51, KEY-54: the key's addresses hold at the log-in and at each request after it. */
  @Test
  void addressRuleBoundsDeviceSessions() {
    int refused = 0;
    for (long seed = 0; seed < WORLDS; seed++) {
      World world = new World(seed);
      for (Bearer bearer : world.bearers) {
        if (!(bearer
                instanceof
                Bearer.OfDevice(var _, Warrant.ByKey(Optional<AccessKey> key), var device))
            || key.isEmpty()
            || device.isEmpty()) {
          continue;
        }
        AddressRule rule = key.get().addresses();
        Question question = world.question(bearer);
        boolean free = question.action().has(ActionFlag.NO_TOKEN);
        if (!free && !rule.permits(question.address())) {
          refused++;
          assertThat(Authorizer.decide(question).allowed())
              .as("seed %d, %s", seed, question)
              .isFalse();
          assertThat(
                  new DeviceLogin(
                          key, key.get().secret(), device, OwnerState.OPEN, question.address())
                      .refusal())
              .isPresent();
        }
      }
    }
    assertThat(refused).isGreaterThan(300);
  }

  /** KEY-31, KEY-32, KEY-42: who is let in, step by step. */
  @Test
  void loginTakesEveryStep() {
    for (long seed = 0; seed < WORLDS; seed++) {
      World world = new World(seed);
      DeviceFacts device = world.pick(world.devices);
      AccessKey key = world.key(device.application());
      Digest presented = Digest.of(world.once(6) ? "wrong" : "secret");
      var address = world.address();
      Optional<Denial> refusal =
          new DeviceLogin(
                  Optional.of(key), presented, Optional.of(device), OwnerState.OPEN, address)
              .refusal();
      boolean fits =
          presented.equals(key.secret())
              && key.status() == CredentialStatus.ACTIVE
              && key.application().equals(device.application())
              && !device.deleted()
              && Set.of("standalone", "gateway", "edgeCompute", "embedded")
                  .contains(device.deviceClass().wireName())
              && key.addresses().permits(address)
              && key.devices().selects(device);
      assertThat(refusal.isEmpty()).as("seed %d, %s, %s", seed, key, device).isEqualTo(fits);
      refusal.ifPresent(
          denial -> assertThat(denial.effect()).isEqualTo(Denial.Effect.UNAUTHENTICATED));
      assertThat(
              new DeviceLogin(
                      Optional.empty(), presented, Optional.of(device), OwnerState.OPEN, address)
                  .refusal())
          .isPresent();
      assertThat(
              new DeviceLogin(
                      Optional.of(key), presented, Optional.empty(), OwnerState.OPEN, address)
                  .refusal())
          .isPresent();
    }
  }

  /** KEY-33, KEY-44: only a gateway reports for another, and only for its peripherals. */
  @Test
  void onlyAGatewayReportsForAnother() {
    int spoken = 0;
    for (long seed = 0; seed < WORLDS; seed++) {
      World world = new World(seed);
      DeviceFacts self = world.pick(world.devices);
      DeviceReach reach =
          new DeviceReach.OfDevice(
              self.id(), self.deviceClass().isGateway(), new DeviceSelection.All());
      for (DeviceFacts other : world.devices) {
        boolean peripheral =
            other.deviceClass() == DeviceClass.PERIPHERAL
                || other.deviceClass() == DeviceClass.FLOATING;
        boolean gateway =
            self.deviceClass() == DeviceClass.GATEWAY
                || self.deviceClass() == DeviceClass.EDGE_COMPUTE;
        boolean its = other.gateway().isEmpty() || other.gateway().equals(Optional.of(self.id()));
        boolean expected = other.id().equals(self.id()) || (gateway && peripheral && its);
        assertThat(reach.permits(Deed.REPORT, other))
            .as("seed %d, %s for %s", seed, self, other)
            .isEqualTo(expected);
        spoken += expected && !other.id().equals(self.id()) ? 1 : 0;
      }
    }
    assertThat(spoken).isGreaterThan(300);
  }

  /** KEY-43: the whole vocabulary of a device stays inside applications. */
  @Test
  void deviceScopesAreOfApplications() {
    ScopeNames all = new ScopeNames(List.copyOf(Catalogue.DEVICE_SCOPES));
    assertThat(World.CATALOGUE.actionsIn(World.CATALOGUE.resolve(all)))
        .hasSize(18)
        .allMatch(action -> action.path().startsWith("/applications/{applicationId}/"));
  }

  private static Optional<Denial> login(AccessKey key, DeviceFacts device) {
    return new DeviceLogin(
            Optional.of(key), key.secret(), Optional.of(device), OwnerState.OPEN, Optional.empty())
        .refusal();
  }

  private static Optional<Denial> invalid(Bearer bearer) {
    return Authorizer.invalid(bearer, Optional.empty(), World.NOON);
  }

  private static Bearer session(DeviceFacts device, Optional<AccessKey> key) {
    var session =
        new DeviceSession(
            Ids.session(0),
            device.application(),
            device.id(),
            Validity.UNLIMITED,
            World.grant("all.Device"));
    return new Bearer.OfDevice(session, new Warrant.ByKey(key), Optional.of(device));
  }

  private static AccessKey key(
      DeviceFacts device, DeviceSelection selection, CredentialStatus status) {
    return new AccessKey(
        Ids.key(0),
        device.application(),
        Digest.of("secret"),
        status,
        selection,
        new AddressRule.Anyone(),
        CustomTopics.NONE);
  }
}
