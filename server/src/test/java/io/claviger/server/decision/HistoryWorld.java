package io.claviger.server.decision;

import static org.assertj.core.api.Assertions.assertThat;

import io.claviger.core.id.OrganizationId;
import io.claviger.core.secret.Totp;
import io.claviger.server.account.AccountRepair;
import io.claviger.server.organization.OrganizationSwitches;
import io.claviger.server.organization.OrganizationSwitches.Switch;
import io.claviger.server.testing.TestServer;
import io.claviger.server.testing.TestServer.Answer;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import tools.jackson.databind.JsonNode;

/**
 * People who change everything that decisions hang on, through the API, and the credentials and
 * resources that there are or were. A change that is refused is no harm.
 */
final class HistoryWorld {
  private static final String PASSWORD = "Tr0ub4dor and three.";
  private static final String BASE_32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
  private static final List<String> ROLES = List.of("none", "view", "collaborate", "edit", "admin");
  private static final List<String> BELOW = List.of("none", "view", "collaborate");

  /** A credential that was made: what is presented, and its name. */
  record Made(String kind, String id, String value, String secret, String device) {
    static Made token(String kind, String id, String value) {
      return new Made(kind, id, value, "", "");
    }
  }

  /** Somebody with the session of the moment. */
  private static final class Someone {
    String id = "";
    String email = "";
    String session = "";
  }

  final List<Made> credentials = new ArrayList<>();
  final List<String> applications = new ArrayList<>();
  final List<String> dashboards = new ArrayList<>();
  final List<String> devices = new ArrayList<>();
  final String organization;

  private final TestServer server;
  private final Random random;
  private final HistoryBodies bodies;
  private final List<Someone> people = new ArrayList<>();
  private final List<Made> userTokens = new ArrayList<>();
  private final List<Made> applicationTokens = new ArrayList<>();
  private final List<Made> keys = new ArrayList<>();

  HistoryWorld(TestServer server, Random random) {
    this.server = server;
    this.random = random;
    this.bodies = new HistoryBodies(random, server.clock());
    for (int i = 0; i < 3; i++) {
      signUp("p" + i + "@history.example.com");
    }
    secondFactor(people.getFirst());
    this.organization =
        send("POST", "/orgs", people.getFirst().session, "{\"name\":\"North\"}")
            .body()
            .get("id")
            .stringValue();
    invite();
    for (int i = 0; i < 6; i++) {
      grow();
    }
    assertThat(applications).isNotEmpty();
  }

  private Answer send(String method, String path, String token, String body) {
    return server.send(method, path, token, body);
  }

  <T> T pick(List<T> list) {
    return list.get(random.nextInt(list.size()));
  }

  /** Mostly one of the last, which are more likely to be there still. */
  <T> T recent(List<T> list) {
    int size = list.size();
    return random.nextInt(4) == 0 ? pick(list) : pick(list.subList(Math.max(0, size - 5), size));
  }

  private Someone anyone() {
    return pick(people);
  }

  /** Mostly somebody who may. */
  private Someone somebody() {
    return random.nextInt(3) > 0 ? people.getFirst() : anyone();
  }

  private void signUp(String email) {
    Answer answer =
        send(
            "POST",
            "/users",
            "",
            "{\"email\":\"%s\",\"firstName\":\"A\",\"lastName\":\"B\",\"password\":\"%s\"}"
                .formatted(email, PASSWORD));
    assertThat(answer.status()).as("%s", answer.body()).isEqualTo(201);
    Someone someone = new Someone();
    someone.id = answer.body().get("userId").stringValue();
    someone.email = email;
    people.add(someone);
    began(someone, answer.body());
  }

  private void began(Someone someone, JsonNode answer) {
    someone.session = answer.get("token").stringValue();
    JsonNode decision =
        send(
                "POST",
                "/decisions",
                "",
                "{\"credential\":{\"token\":\"%s\"},\"action\":\"me.get\"}"
                    .formatted(someone.session))
            .body();
    credentials.add(
        Made.token("loginSession", decision.at("/credential/id").stringValue(), someone.session));
  }

  private void secondFactor(Someone someone) {
    Answer generated = send("PATCH", "/me/generateTwoFactorAuth", someone.session, "");
    if (generated.status() != 200) {
      return;
    }
    BigInteger bits = BigInteger.ONE;
    for (char letter : generated.body().get("key").stringValue().toCharArray()) {
      bits = bits.shiftLeft(5).or(BigInteger.valueOf(BASE_32.indexOf(letter)));
    }
    int bytes = bits.bitLength() / 8;
    byte[] padded = bits.shiftRight((bits.bitLength() - 1) % 8).toByteArray();
    byte[] key = new byte[bytes];
    System.arraycopy(padded, padded.length - bytes, key, 0, bytes);
    String code = Totp.code(key, Totp.step(server.clock().instant()));
    send(
        "PATCH",
        "/me/enableTwoFactorAuth",
        someone.session,
        "{\"password\":\"%s\",\"twoFactorCode\":\"%s\"}".formatted(PASSWORD, code));
  }

  /** One change; what it was. */
  String step() {
    int kind = random.nextInt(22);
    switch (kind) {
      case 0, 1 -> modifyMember();
      case 2 -> removeMember();
      case 3 -> invite();
      case 4, 5 -> patchUserToken();
      case 6 -> delete(userTokens, "/me/tokens/");
      case 7 -> patchApplicationToken();
      case 8, 9 -> patchKey();
      case 10 -> switchOrganization();
      case 11 -> modeOfOrganization();
      case 12, 19, 20 -> patchDevice();
      case 13 -> deleteSomething();
      case 14 -> transfer();
      case 15 -> patchDashboard();
      case 16 -> cutOff();
      case 17 -> toggleSecondFactor();
      case 18 -> server.clock().advanceMillis(120_000);
      default -> grow();
    }
    if (random.nextInt(2) == 0) {
      grow();
    }
    return "kind " + kind;
  }

  private void modifyMember() {
    send(
        "PATCH",
        "/orgs/" + organization + "/member",
        people.getFirst().session,
        "{\"userId\":\"%s\",\"role\":\"%s\",\"applicationRoles\":%s}"
            .formatted(anyone().id, pick(ROLES), bodies.override(pick(applications), pick(BELOW))));
  }

  private void removeMember() {
    send(
        "DELETE",
        "/orgs/" + organization + "/member?userId=" + anyone().id,
        people.getFirst().session,
        "");
  }

  private void invite() {
    for (Someone someone : people) {
      send(
          "POST",
          "/orgs/" + organization + "/invites",
          people.getFirst().session,
          "{\"email\":\"%s\",\"role\":\"%s\"}".formatted(someone.email, pick(ROLES)));
      JsonNode invites = send("GET", "/me/invites", someone.session, "").body();
      for (JsonNode invite : invites.isArray() ? invites : List.<JsonNode>of()) {
        send(
            "POST",
            "/me/invites/" + invite.get("id").stringValue(),
            someone.session,
            "{\"action\":\"accept\"}");
      }
    }
  }

  private String cap() {
    String roles =
        random.nextBoolean()
            ? ""
            : ",\"orgRoles\":[{\"orgId\":\"%s\",\"role\":\"%s\",\"applicationRoles\":%s}]"
                .formatted(
                    organization, pick(BELOW), bodies.override(pick(applications), pick(BELOW)));
    return "\"defaultRole\":\"" + pick(ROLES) + "\"" + (applications.isEmpty() ? "" : roles);
  }

  private void patchUserToken() {
    if (!userTokens.isEmpty()) {
      String status = random.nextBoolean() ? "active" : "inactive";
      send(
          "PATCH",
          "/me/tokens/" + pick(userTokens).id(),
          anyone().session,
          random.nextBoolean() ? "{\"status\":\"" + status + "\"}" : "{" + cap() + "}");
    }
  }

  private void patchApplicationToken() {
    if (!applicationTokens.isEmpty()) {
      send(
          random.nextInt(4) == 0 ? "DELETE" : "PATCH",
          "/applications/%s/tokens/%s".formatted(pick(applications), pick(applicationTokens).id()),
          people.getFirst().session,
          "{\"status\":\"" + (random.nextBoolean() ? "active" : "inactive") + "\"}");
    }
  }

  private void patchKey() {
    if (!keys.isEmpty()) {
      String body =
          random.nextBoolean()
              ? "{\"status\":\"" + (random.nextBoolean() ? "active" : "inactive") + "\"}"
              : "{\"addressFilterType\":\"%s\",\"addresses\":[\"192.0.2.0/24\"]}"
                  .formatted(pick(List.of("all", "whitelist", "blacklist")));
      String key = pick(keys).id();
      for (String application : List.copyOf(applications)) {
        send(
            random.nextInt(6) == 0 ? "DELETE" : "PATCH",
            "/applications/" + application + "/keys/" + key,
            people.getFirst().session,
            body);
      }
    }
  }

  private void delete(List<Made> made, String path) {
    if (!made.isEmpty()) {
      send("DELETE", path + pick(made).id(), anyone().session, "");
    }
  }

  private void switchOrganization() {
    Switch wanted =
        random.nextInt(3) == 0
            ? pick(List.of(Switch.values()))
            : pick(List.of(Switch.ENABLE, Switch.WRITABLE));
    new OrganizationSwitches(server.wiring().database())
        .apply(new OrganizationId(organization), wanted);
  }

  private void modeOfOrganization() {
    send(
        "PATCH",
        "/orgs/" + organization,
        people.getFirst().session,
        "{\"mfaMode\":\"%s\"}"
            .formatted(pick(List.of("notRequired", "notRequired", "adminRequired", "required"))));
  }

  private void patchDevice() {
    if (!devices.isEmpty()) {
      String device = keys.isEmpty() ? pick(devices) : recent(keys).device();
      for (String application : List.copyOf(applications)) {
        send(
            "PATCH",
            "/applications/" + application + "/devices/" + device,
            people.getFirst().session,
            "{\"tags\":[{\"key\":\"room\",\"value\":\"" + random.nextInt(2) + "\"}]}");
      }
    }
  }

  private void deleteSomething() {
    String session = people.getFirst().session;
    String application = pick(applications);
    switch (random.nextInt(5)) {
      case 0 -> send("DELETE", "/applications/" + application, session, "");
      case 1, 2 -> {
        for (String device : devices) {
          if (random.nextInt(3) == 0) {
            send("DELETE", "/applications/" + application + "/devices/" + device, session, "");
          }
        }
      }
      case 3 ->
          send(
              "POST",
              "/applications/" + application + "/devices/restore",
              session,
              "{\"query\":{}}");
      default -> {
        if (!dashboards.isEmpty()) {
          send("DELETE", "/dashboards/" + pick(dashboards), session, "");
        }
      }
    }
  }

  private void transfer() {
    Someone someone = people.getFirst();
    boolean leaves = random.nextBoolean();
    send(
        "POST",
        leaves ? "/orgs/" + organization + "/transferResources" : "/me/transferResources",
        someone.session,
        "{\"destinationId\":\"%s\",\"destinationType\":\"%s\",\"applicationIds\":[\"%s\"]}"
            .formatted(
                leaves ? someone.id : organization,
                leaves ? "user" : "organization",
                pick(applications)));
  }

  private void patchDashboard() {
    if (!dashboards.isEmpty()) {
      send(
          "PATCH",
          "/dashboards/" + pick(dashboards),
          people.getFirst().session,
          pick(List.of("{\"public\":true}", "{\"public\":false}")));
    }
    send(
        "PATCH",
        "/applications/" + pick(applications) + "/readme",
        people.getFirst().session,
        "{\"content\":\"" + random.nextInt() + "\"}");
  }

  private void cutOff() {
    Someone someone = people.get(1 + random.nextInt(2));
    send("PATCH", "/me", someone.session, "{\"tokenCutoff\":\"" + server.clock().instant() + "\"}");
    server.clock().advanceMillis(5);
    Answer answer =
        send(
            "POST",
            "/auth/user",
            "",
            "{\"email\":\"%s\",\"password\":\"%s\"}".formatted(someone.email, PASSWORD));
    if (answer.status() == 200 && answer.body().has("token")) {
      began(someone, answer.body());
    }
  }

  private void toggleSecondFactor() {
    Someone someone = people.get(1 + random.nextInt(2));
    if (new AccountRepair(server.wiring().database()).resetTwoFactor(someone.email) == 0) {
      secondFactor(someone);
    }
  }

  /** Makes something new. */
  private void grow() {
    Someone someone = somebody();
    switch (applications.isEmpty() ? 0 : random.nextInt(8)) {
      case 0 ->
          keep(
              applications,
              "/applications",
              someone,
              bodies.owned(organization, "\"name\":\"Plant\""));
      case 1 ->
          keep(dashboards, "/dashboards", someone, bodies.owned(organization, "\"name\":\"Flow\""));
      case 2 ->
          keep(
              dashboards,
              "/applications/" + pick(applications) + "/dashboards",
              someone,
              "{\"name\":\"Flow\"}");
      case 3, 4 ->
          keep(
              devices,
              "/applications/" + pick(applications) + "/devices",
              someone,
              "{\"name\":\"Pump\",\"deviceClass\":\"%s\",\"tags\":[{\"key\":\"room\",\"value\":\"1\"}]}"
                  .formatted(pick(List.of("standalone", "gateway", "system"))));
      case 5 -> makeToken(someone);
      case 6 -> makeKey(someone);
      default -> makeSession(someone);
    }
  }

  private void keep(List<String> ids, String path, Someone someone, String body) {
    Answer answer = send("POST", path, someone.session, body);
    if (answer.status() == 201) {
      ids.add(answer.body().get("id").stringValue());
    }
  }

  private void makeToken(Someone someone) {
    boolean own = random.nextBoolean();
    String scope =
        pick(
            List.of(
                "",
                "",
                own ? ",\"scope\":[\"all.User.read\"]" : ",\"scope\":[\"all.Application.read\"]",
                ",\"scope\":[\"device.get\",\"devices.get\"]"));
    String fields = "{\"name\":\"t\"" + scope + bodies.lifetime() + (own ? "," + cap() : "") + "}";
    Answer answer =
        send(
            "POST",
            own ? "/me/tokens" : "/applications/" + pick(applications) + "/tokens",
            someone.session,
            fields);
    if (answer.status() == 201) {
      Made made =
          Made.token(
              own ? "userToken" : "applicationToken",
              answer.body().get("id").stringValue(),
              answer.body().get("token").stringValue());
      credentials.add(made);
      (own ? userTokens : applicationTokens).add(made);
    }
  }

  private void makeKey(Someone someone) {
    String body =
        random.nextInt(3) == 0 || devices.isEmpty()
            ? "{}"
            : "{\"deviceTags\":[{\"key\":\"room\",\"value\":\"1\"}]}";
    Answer answer =
        send("POST", "/applications/" + pick(applications) + "/keys", someone.session, body);
    if (answer.status() == 201 && !devices.isEmpty()) {
      Made made =
          new Made(
              "accessKey",
              answer.body().get("id").stringValue(),
              answer.body().get("key").stringValue(),
              answer.body().get("secret").stringValue(),
              pick(devices));
      credentials.add(made);
      keys.add(made);
    }
  }

  /** With a key, or on somebody's word. */
  private void makeSession(Someone someone) {
    if (devices.isEmpty()) {
      return;
    }
    for (int i = 0; i < 5; i++) {
      boolean keyed = !keys.isEmpty() && random.nextBoolean();
      Made key = keyed ? pick(keys) : Made.token("", "", "");
      String device = pick(devices);
      String body =
          keyed
              ? "{\"deviceId\":\"%s\",\"key\":\"%s\",\"secret\":\"%s\"}"
                  .formatted(device, key.value(), key.secret())
              : "{\"deviceId\":\"" + device + "\"}";
      String sponsor =
          keyed
              ? ""
              : userTokens.isEmpty() || random.nextBoolean()
                  ? someone.session
                  : pick(userTokens).value();
      Answer answer = send("POST", "/auth/device", sponsor, body);
      if (answer.status() == 200) {
        String token = answer.body().get("token").stringValue();
        JsonNode decision =
            send(
                    "POST",
                    "/decisions",
                    "",
                    "{\"credential\":{\"token\":\"%s\"},\"action\":\"me.get\"}".formatted(token))
                .body();
        JsonNode id = decision.at("/credential/id");
        if (id.isString()) {
          credentials.add(Made.token("deviceSession", id.stringValue(), token));
        }
        return;
      }
    }
  }
}
