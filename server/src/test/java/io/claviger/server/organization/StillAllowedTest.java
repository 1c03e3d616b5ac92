package io.claviger.server.organization;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.claviger.core.decide.Bearer;
import io.claviger.core.decide.Decision;
import io.claviger.core.decide.Place;
import io.claviger.core.decide.Question;
import io.claviger.core.device.DeviceReach;
import io.claviger.core.id.OrganizationId;
import io.claviger.core.id.UserId;
import io.claviger.core.network.TrustedProxies;
import io.claviger.core.role.Membership;
import io.claviger.core.role.Overrides;
import io.claviger.core.role.Owner;
import io.claviger.core.role.Role;
import io.claviger.core.role.Standing;
import io.claviger.core.scope.Action;
import io.claviger.core.scope.Catalogue;
import io.claviger.server.access.Access;
import io.claviger.server.access.Bearers;
import io.claviger.server.access.Places;
import io.claviger.server.api.Call;
import io.claviger.server.http.ApiException;
import io.claviger.server.http.Json;
import io.claviger.server.http.Method;
import io.claviger.server.http.Request;
import io.claviger.server.http.Response;
import io.claviger.server.http.Route;
import io.claviger.server.testing.TestServer;
import io.claviger.server.testing.TestServer.Person;
import io.claviger.store.facts.Facts;
import io.claviger.store.facts.SqlFacts;
import java.net.InetAddress;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** What was decided before a write is decided again in it. */
class StillAllowedTest {
  private static final TestServer SERVER = TestServer.start();
  private static final OrganizationWorld WORLD = new OrganizationWorld(SERVER);
  private static final Catalogue CATALOGUE = Catalogue.standard();

  private final Facts facts = new SqlFacts(SERVER.wiring().database(), CATALOGUE);
  private final Bearers bearers = new Bearers(facts);
  private final StillAllowed stillAllowed =
      new StillAllowed(
          new Access(bearers, new Places(facts, _ -> false), TrustedProxies.NONE, SERVER.clock()));

  @AfterAll
  static void stop() {
    SERVER.close();
  }

  @Test
  void whoIsNoAdministratorAnyMoreIsRefusedInTheWrite() {
    Person ada = WORLD.person("ada");
    String id = WORLD.organization(ada);
    Person bob = WORLD.member(id, ada, "admin");
    Call call = callOfAnAdministrator("org.modifyMember", id, bob.session(), Optional.empty());
    stillAllowed.require(call);
    WORLD.modify(id, ada.session(), bob.id(), "\"role\":\"edit\"");
    assertThat(refusal(call)).isEqualTo(403);
    WORLD.remove(id, ada.session(), bob.id());
    assertThat(refusal(call)).isEqualTo(404);
  }

  @Test
  void anOrganizationThatIsGoneIsGoneInTheWrite() {
    Person ada = WORLD.person("ada");
    String id = WORLD.organization(ada);
    Call call = callOfAnAdministrator("org.inviteMember", id, ada.session(), Optional.empty());
    stillAllowed.require(call);
    SERVER.send("DELETE", "/orgs/" + id, ada.session());
    assertThat(refusal(call)).isEqualTo(404);
  }

  @Test
  void aTokenThatIsSwitchedOffIsRefusedInTheWrite() {
    Person ada = WORLD.person("ada");
    String id = WORLD.organization(ada);
    String token = WORLD.cappedToken(ada, "\"defaultRole\":\"admin\"");
    Call call = callOfAnAdministrator("org.patch", id, token, Optional.empty());
    stillAllowed.require(call);
    String path =
        "/me/tokens/"
            + SERVER.send("GET", "/me/tokens", token).body().at("/items/0/id").stringValue();
    SERVER.send("PATCH", path, ada.session(), "{\"status\":\"inactive\"}");
    assertThat(refusal(call)).isEqualTo(401);
  }

  /** The second question is about the same membership as the first. */
  @Test
  void whoLeavesMayStillLeave() {
    Person ada = WORLD.person("ada");
    String id = WORLD.organization(ada);
    Person bob = WORLD.member(id, ada, "view");
    Call call =
        callOfAnAdministrator(
            "org.removeMember", id, bob.session(), Optional.of(new UserId(bob.id())));
    stillAllowed.require(call);
    assertThat(
            refusal(callOfAnAdministrator("org.removeMember", id, bob.session(), Optional.empty())))
        .isEqualTo(403);
  }

  private int refusal(Call call) {
    return catchThrowableOfType(ApiException.class, () -> stillAllowed.require(call)).status();
  }

  /** A call that was allowed when its bearer was an administrator. */
  private Call callOfAnAdministrator(
      String actionId, String organization, String token, Optional<UserId> member) {
    Action action = CATALOGUE.action(actionId).orElseThrow();
    Bearer bearer = bearers.of(token);
    Standing standing = new Standing.Member(new Membership(Role.ADMIN, Overrides.NONE));
    Place place =
        new Place.OfOwner(
            new Owner.Organization(new OrganizationId(organization)), standing, member);
    Question question =
        new Question(bearer, action, place, Optional.empty(), SERVER.clock().instant());
    Route route =
        new Route(
            Method.valueOf(action.method()), action.path(), actionId, _ -> Response.noContent());
    Request request =
        Request.of(
            route,
            action.path().replace("{orgId}", organization),
            Map.of("authorization", "Bearer " + token),
            InetAddress::getLoopbackAddress,
            new byte[0]);
    return new Call(
        request,
        question,
        new Decision.Allowed(Optional.of(Role.ADMIN), new DeviceReach.Everything()),
        Json.emptyObject(),
        call -> call);
  }
}
