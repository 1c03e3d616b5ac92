package io.claviger.server.devicelogin;

import static org.assertj.core.api.Assertions.assertThat;

import io.claviger.core.change.ActorType;
import io.claviger.core.change.Change;
import io.claviger.core.change.SubjectType;
import io.claviger.server.api.Wire;
import io.claviger.server.testing.TestServer;
import io.claviger.server.testing.TestServer.Answer;
import io.claviger.server.testing.TestServer.Person;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** {@code POST /auth/device} on the word of a user or an application (KEY-41). */
class SponsoredDeviceTest {
  private static final TestServer SERVER = TestServer.start();
  private static final AtomicInteger NEXT = new AtomicInteger();

  private final Person person = SERVER.newUser("sponsor" + NEXT.incrementAndGet() + "@example.com");
  private final String application = SERVER.newApplication(person);
  private final String device = SERVER.newDevice(application, "standalone");

  @AfterAll
  static void stop() {
    SERVER.close();
  }

  private static Answer vouch(String token, String deviceId, String more) {
    return SERVER.send(
        "POST", "/auth/device", token, "{\"deviceId\":\"" + deviceId + "\"" + more + "}");
  }

  private String minted(String token, String more) {
    Answer answer = vouch(token, device, more);
    assertThat(answer.status()).as("%s", answer.body()).isEqualTo(200);
    return answer.body().get("token").stringValue();
  }

  private Answer userToken(String body) {
    Answer made = SERVER.send("POST", "/me/tokens", person.session(), body);
    assertThat(made.status()).as("%s", made.body()).isEqualTo(201);
    return made;
  }

  private Answer applicationToken(String body) {
    Answer made =
        SERVER.send("POST", "/applications/" + application + "/tokens", person.session(), body);
    assertThat(made.status()).as("%s", made.body()).isEqualTo(201);
    return made;
  }

  private static String value(Answer token) {
    return token.body().get("token").stringValue();
  }

  private int mayGet(String deviceId, String part, String token) {
    String path = "/applications/" + application + "/devices/" + deviceId + part;
    int status = SERVER.send("GET", path, token).status();
    return Set.of(401, 403, 404).contains(status) ? status : 200;
  }

  @Test
  void aUserVouchesForADeviceWhichThenReachesItselfAlone() {
    Answer answer = vouch(person.session(), device, "");
    assertThat(answer.status()).as("%s", answer.body()).isEqualTo(200);
    assertThat(answer.body().get("filterType").stringValue()).isEqualTo("none");
    assertThat(answer.body().get("deviceClass").stringValue()).isEqualTo("standalone");
    String token = value(answer);
    assertThat(mayGet(device, "", token)).isEqualTo(200);
    String other = SERVER.newDevice(application, "standalone");
    assertThat(mayGet(other, "", token)).isEqualTo(404);
  }

  @Test
  void whoIsNobodyIsToldSo() {
    assertThat(vouch("", device, "").status()).isEqualTo(401);
    assertThat(vouch("cvu_nonsense", device, "").status()).isEqualTo(401);
    Answer expired =
        userToken(
            "{\"name\":\"x\",\"expirationDate\":\"%s\"}"
                .formatted(SERVER.clock().instant().plusSeconds(60)));
    SERVER.clock().advanceMillis(60_000);
    assertThat(vouch(value(expired), device, "").status()).isEqualTo(401);
  }

  @Test
  void aDeviceCannotVouchForADevice() {
    String token = minted(person.session(), "");
    assertThat(vouch(token, device, "").status()).isEqualTo(403);
  }

  @Test
  void whatIsNotSeenIsAsGoodAsAbsent() {
    Person stranger = SERVER.newUser("stranger" + NEXT.incrementAndGet() + "@example.com");
    Answer unseen = vouch(stranger.session(), device, "");
    Answer absent = vouch(stranger.session(), SERVER.newId(), "");
    assertThat(unseen.status()).isEqualTo(404);
    assertThat(unseen.response().body()).isEqualTo(absent.response().body());

    String elsewhere = SERVER.newDevice(SERVER.newApplication(person), "standalone");
    Answer outside = vouch(value(applicationToken("{\"name\":\"x\"}")), elsewhere, "");
    assertThat(outside.response().body()).isEqualTo(absent.response().body());

    String deleted = SERVER.newDevice(application, "standalone");
    SERVER.change(SubjectType.DEVICE, deleted, "UPDATE device SET deleted_at = 1 WHERE id = :id");
    assertThat(vouch(person.session(), deleted, "").response().body())
        .isEqualTo(absent.response().body());
  }

  @Test
  void aDeviceThatDoesNotConnectByItselfGetsNoSession() {
    for (String deviceClass : new String[] {"peripheral", "floating", "system"}) {
      Answer refused = vouch(person.session(), SERVER.newDevice(application, deviceClass), "");
      assertThat(refused.status()).isEqualTo(400);
      assertThat(refused.body().get("message").stringValue())
          .startsWith("deviceId is of class " + deviceClass);
    }
  }

  @Test
  void aSponsorGivesNoScopeThatItHasNot() {
    String reader = value(userToken("{\"name\":\"r\",\"scope\":[\"all.User.read\"]}"));
    Answer all = vouch(reader, device, "");
    assertThat(all.status()).isEqualTo(403);
    assertThat(all.body().get("message").stringValue()).contains("requestedScopes", "all.Device");
    String token = minted(reader, ",\"requestedScopes\":[\"all.Device.read\"]");
    assertThat(mayGet(device, "", token)).isEqualTo(200);
    assertThat(
            SERVER
                .send(
                    "POST",
                    "/applications/" + application + "/devices/" + device + "/state",
                    token,
                    "{\"data\":{}}")
                .status())
        .isEqualTo(403);

    String single = value(userToken("{\"name\":\"s\",\"scope\":[\"device.get\"]}"));
    assertThat(vouch(single, device, ",\"requestedScopes\":[\"device.getState\"]").status())
        .isEqualTo(403);
    assertThat(mayGet(device, "", minted(single, ",\"requestedScopes\":[\"device.get\"]")))
        .isEqualTo(200);
    String blind = value(userToken("{\"name\":\"b\",\"scope\":[\"me.get\"]}"));
    assertThat(vouch(blind, device, "").status()).isEqualTo(403);
    assertThat(vouch(blind, SERVER.newId(), "").response().body())
        .isEqualTo(vouch(blind, device, "").response().body());
  }

  @Test
  void aSessionIsNoStrongerThanItsSponsorIsLater() {
    Answer sponsor = userToken("{\"name\":\"x\"}");
    String token = minted(value(sponsor), "");
    String path = "/me/tokens/" + sponsor.body().get("id").stringValue();
    assertThat(mayGet(device, "", token)).isEqualTo(200);
    SERVER.send("PATCH", path, person.session(), "{\"defaultRole\":\"none\"}");
    assertThat(mayGet(device, "", token)).isEqualTo(404);
    SERVER.send("PATCH", path, person.session(), "{\"defaultRole\":\"view\"}");
    assertThat(mayGet(device, "", token)).isEqualTo(200);
    SERVER.send("PATCH", path, person.session(), "{\"status\":\"inactive\"}");
    assertThat(mayGet(device, "", token)).isEqualTo(401);
    SERVER.send("PATCH", path, person.session(), "{\"status\":\"active\"}");
    assertThat(mayGet(device, "", token)).isEqualTo(200);
    SERVER.send("DELETE", path, person.session());
    assertThat(mayGet(device, "", token)).isEqualTo(401);
  }

  @Test
  void aSessionDoesNotOutliveItsSponsor() {
    String soon = Wire.time(SERVER.clock().instant().plusSeconds(600));
    String sponsor =
        value(applicationToken("{\"name\":\"x\",\"expirationDate\":\"" + soon + "\"}"));
    minted(sponsor, ",\"tokenTTL\":0");
    assertThat(lastSession().after().orElseThrow()).contains("\"expirationDate\":\"" + soon + "\"");
    minted(sponsor, ",\"tokenTTL\":60");
    assertThat(lastSession().after().orElseThrow()).doesNotContain(soon);
  }

  @Test
  void theSponsorIsTheAuthor() {
    Answer sponsor = userToken("{\"name\":\"x\"}");
    minted(value(sponsor), "");
    Change change = lastSession();
    assertThat(change.actor().type()).isEqualTo(ActorType.API_TOKEN);
    assertThat(change.actor().userId()).contains(person.id());
    assertThat(change.after().orElseThrow()).contains(sponsor.body().get("id").stringValue());
    minted(person.session(), "");
    assertThat(lastSession().actor().type()).isEqualTo(ActorType.USER);
  }

  private Change lastSession() {
    return SERVER.wiring().database().changeLog().page(0, 1000).stream()
        .map(entry -> entry.change())
        .filter(change -> change.subject().type() == SubjectType.SESSION)
        .filter(change -> change.applicationId().orElse("").equals(application))
        .reduce((_, last) -> last)
        .orElseThrow();
  }
}
