package io.claviger.server.decision;

import static io.claviger.server.decision.ExplainWorld.assertAllowed;
import static io.claviger.server.decision.ExplainWorld.assertRefused;
import static io.claviger.server.decision.ExplainWorld.text;
import static org.assertj.core.api.Assertions.assertThat;

import io.claviger.core.change.SubjectType;
import io.claviger.core.id.OrganizationId;
import io.claviger.server.organization.OrganizationSwitches;
import io.claviger.server.organization.OrganizationSwitches.Switch;
import io.claviger.server.testing.TestServer;
import io.claviger.server.testing.TestServer.Person;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/**
 * {@code POST /decisions/explain}: each layer as the one that refuses. Its remedy is done, and the
 * answer becomes yes.
 */
class ExplanationsTest {
  private static final TestServer SERVER =
      TestServer.start(Map.of("CLAVIGER_LOGIN_LIMIT", "1000000"));
  private static final ExplainWorld WORLD = new ExplainWorld(SERVER);
  private static final String ADMIN = WORLD.administrator.session();
  private static final String HERE = WORLD.at("applicationId");

  @AfterAll
  static void stop() {
    SERVER.close();
  }

  private static JsonNode own(Person person, JsonNode token, String action, String resource) {
    return WORLD.explained(person.session(), WORLD.named("userToken", token, action, resource));
  }

  /** UAT-5. */
  @Test
  void credential() {
    JsonNode token = WORLD.userToken(WORLD.administrator, ",\"status\":\"inactive\"");
    JsonNode refused = own(WORLD.administrator, token, "application.get", HERE);
    assertRefused(refused, "credential");
    assertThat(text(refused, "reason")).isEqualTo("invalid_credential");
    assertThat(refused.get("status").intValue()).isEqualTo(401);
    assertThat(refused.at("/credential/ownerId").stringValue()).isEqualTo(WORLD.administrator.id());
    assertThat(refused.at("/remedies/0/by").stringValue()).isEqualTo("user");
    WORLD.patch("/me/tokens/" + text(token, "id"), ADMIN, "{\"status\":\"active\"}");
    assertAllowed(own(WORLD.administrator, token, "application.get", HERE));
  }

  /** One that was deleted is still known, and explained to its owner. */
  @Test
  void aCredentialThatIsGone() {
    JsonNode token = WORLD.userToken(WORLD.administrator, "");
    assertThat(SERVER.send("DELETE", "/me/tokens/" + text(token, "id"), ADMIN).status())
        .isEqualTo(200);
    JsonNode refused = own(WORLD.administrator, token, "application.get", HERE);
    assertRefused(refused, "credential");
    assertThat(refused.at("/credential/id")).isEqualTo(token.get("id"));
  }

  private static JsonNode key(String fields) {
    return WORLD.made("/applications/" + WORLD.application + "/keys", ADMIN, "{" + fields + "}");
  }

  private static String newDevice() {
    return SERVER.newDevice(WORLD.application, "standalone");
  }

  private static String ofKey(JsonNode key, String device, String rest) {
    return """
    {"credential":{"kind":"accessKey","id":"%s","deviceId":"%s"}%s}\
    """
        .formatted(text(key, "id"), device, rest);
  }

  /** KEY-50, KEY-53. */
  @Test
  void address() {
    JsonNode key = key("\"addressFilterType\":\"whitelist\",\"addresses\":[\"2001:db8::/32\"]");
    String question = ofKey(key, newDevice(), ",\"address\":\"192.0.2.7\"");
    JsonNode refused = WORLD.explained(ADMIN, question);
    assertRefused(refused, "address");
    assertThat(text(refused, "reason")).isEqualTo("address_refused");
    assertRefused(WORLD.explained(ADMIN, ofKey(key, newDevice(), "")), "address");
    WORLD.patch(
        "/applications/" + WORLD.application + "/keys/" + text(key, "id"),
        ADMIN,
        "{\"addresses\":[\"192.0.2.0/24\"]}");
    assertAllowed(WORLD.explained(ADMIN, question));
  }

  /** USR-14: his own token tells him, though he may not name it. */
  @Test
  void account() {
    Person person = WORLD.person("unverified");
    JsonNode token = WORLD.userToken(person, "");
    SERVER.change(
        SubjectType.USER,
        person.id(),
        "UPDATE app_user SET must_verify = 1, email_verified = 0 WHERE id = :id");
    String question = WORLD.presented(text(token, "token"), "applications.get", "");
    assertRefused(WORLD.explained("", question), "account");
    assertThat(WORLD.ask(person.session(), WORLD.named("userToken", token, "me.get", "")).status())
        .isEqualTo(404);
    SERVER.change(
        SubjectType.USER, person.id(), "UPDATE app_user SET email_verified = 1 WHERE id = :id");
    assertAllowed(WORLD.explained("", question));
  }

  /** USR-16. */
  @Test
  void credentialKind() {
    JsonNode token = WORLD.userToken(WORLD.administrator, "");
    assertRefused(own(WORLD.administrator, token, "me.refreshToken", ""), "credentialKind");
    assertAllowed(WORLD.explained("", WORLD.presented(ADMIN, "me.refreshToken", "")));
  }

  /** LUC-4, LUC-14, LUC-17: what a personal access token cannot do is blamed on what refuses it. */
  @Test
  void personalAccessTokens() {
    String tokens = "/orgs/" + WORLD.organization + "/personalAccessTokens";
    JsonNode token =
        WORLD.made(tokens, ADMIN, "{\"name\":\"for the test\",\"scopes\":[\"um:read\"]}");
    String value = text(token, "token");
    assertAllowed(WORLD.explained("", WORLD.presented(value, "scimUsers.get", "")));
    JsonNode unscoped = WORLD.explained("", WORLD.presented(value, "scimUsers.post", ""));
    assertRefused(unscoped, "scope");
    assertThat(unscoped.at("/remedies/0/by").stringValue()).isEqualTo("organizationAdministrator");
    assertRefused(
        WORLD.explained("", WORLD.presented(value, "application.get", HERE)), "credentialKind");
    assertRefused(WORLD.explained("", WORLD.presented(value, "me.get", "")), "credentialKind");
    assertRefused(
        WORLD.explained("", WORLD.presented(ADMIN, "scimUsers.get", "")), "credentialKind");

    WORLD.made(tokens + "/" + text(token, "id") + "/revoke", ADMIN, "{}");
    assertRefused(WORLD.explained("", WORLD.presented(value, "scimUsers.get", "")), "credential");
    assertRefused(
        WORLD.explained("", WORLD.presented(value, "application.get", HERE)), "credential");
  }

  @Test
  void scope() {
    JsonNode token = WORLD.userToken(WORLD.administrator, ",\"scope\":[\"all.User.read\"]");
    JsonNode refused = own(WORLD.administrator, token, "applicationKeys.post", HERE);
    assertRefused(refused, "scope");
    assertThat(refused.toString()).contains("all.User.read");
    JsonNode wider = WORLD.userToken(WORLD.administrator, ",\"scope\":[\"applicationKeys.post\"]");
    assertAllowed(own(WORLD.administrator, wider, "applicationKeys.post", HERE));
  }

  @Test
  void resource() {
    JsonNode token = WORLD.userToken(WORLD.administrator, "");
    String nowhere = "\"applicationId\":\"" + SERVER.newId() + "\"";
    JsonNode refused = own(WORLD.administrator, token, "application.get", nowhere);
    assertRefused(refused, "resource");
    assertThat(text(refused, "reason")).isEqualTo("not_found");
    assertAllowed(own(WORLD.administrator, token, "application.get", HERE));
  }

  /** ORG-17. */
  @Test
  void organization() {
    ExplainWorld closed = new ExplainWorld(SERVER);
    JsonNode token = closed.userToken(closed.administrator, "");
    String question =
        closed.named("userToken", token, "application.patch", closed.at("applicationId"));
    OrganizationSwitches switches = new OrganizationSwitches(SERVER.wiring().database());
    OrganizationId id = new OrganizationId(closed.organization);
    switches.apply(id, Switch.READ_ONLY);
    JsonNode refused = closed.explained(closed.administrator.session(), question);
    assertRefused(refused, "organization");
    assertThat(text(refused, "reason")).isEqualTo("organization_read_only");
    switches.apply(id, Switch.WRITABLE);
    assertAllowed(closed.explained(closed.administrator.session(), question));
  }

  /** ORG-13: he is told what he has been granted, and not yet has. */
  @Test
  void secondFactor() {
    ExplainWorld strict = new ExplainWorld(SERVER);
    Person member = strict.member("\"role\":\"edit\"");
    JsonNode token = strict.userToken(member, "");
    SERVER.change(
        SubjectType.ORGANIZATION,
        strict.organization,
        "UPDATE organization SET mfa_mode = 'required' WHERE id = :id");
    String question =
        strict.named("userToken", token, "application.patch", strict.at("applicationId"));
    JsonNode refused = strict.explained(member.session(), question);
    assertRefused(refused, "secondFactor");
    assertThat(refused.get("status").intValue()).isEqualTo(404);
    SERVER.change(
        SubjectType.USER, member.id(), "UPDATE app_user SET two_factor = 1 WHERE id = :id");
    assertAllowed(strict.explained(member.session(), question));
  }

  /** ORG-2. */
  @Test
  void memberRole() {
    Person member = WORLD.member("\"role\":\"view\"");
    JsonNode token = WORLD.userToken(member, "");
    assertRefused(own(member, token, "application.patch", HERE), "memberRole");
    WORLD.modify(member, "\"role\":\"edit\"");
    assertAllowed(own(member, token, "application.patch", HERE));
  }

  /** ORG-3. */
  @Test
  void memberOverride() {
    Person member =
        WORLD.member(
            "\"role\":\"edit\",\"applicationRoles\":[{\"resourceId\":\""
                + WORLD.application
                + "\",\"role\":\"view\"}]");
    JsonNode token = WORLD.userToken(member, "");
    assertRefused(own(member, token, "application.patch", HERE), "memberOverride");
    WORLD.modify(member, "\"applicationRoles\":[]");
    assertAllowed(own(member, token, "application.patch", HERE));
  }

  /** UAT-6. */
  @Test
  void cap() {
    JsonNode token = WORLD.userToken(WORLD.administrator, ",\"defaultRole\":\"view\"");
    assertRefused(own(WORLD.administrator, token, "application.patch", HERE), "cap");
    WORLD.patch("/me/tokens/" + text(token, "id"), ADMIN, "{\"defaultRole\":\"edit\"}");
    assertAllowed(own(WORLD.administrator, token, "application.patch", HERE));
  }

  /** UAT-8. */
  @Test
  void capOverride() {
    String roles =
        """
        "orgRoles":[{"orgId":"%s","role":"edit","applicationRoles":[{"resourceId":"%s","role":"%s"}]}]\
        """;
    JsonNode token =
        WORLD.userToken(
            WORLD.administrator,
            "," + roles.formatted(WORLD.organization, WORLD.application, "view"));
    assertRefused(own(WORLD.administrator, token, "application.patch", HERE), "capOverride");
    WORLD.patch(
        "/me/tokens/" + text(token, "id"),
        ADMIN,
        "{" + roles.formatted(WORLD.organization, WORLD.application, "collaborate") + "}");
    assertAllowed(own(WORLD.administrator, token, "application.patch", HERE));
  }

  /** APT-14. */
  @Test
  void capOfAnApplicationToken() {
    Person member = WORLD.member("\"role\":\"collaborate\"");
    String tokens = "/applications/" + WORLD.application + "/tokens";
    JsonNode token = WORLD.made(tokens, member.session(), "{\"name\":\"a\"}");
    String question = WORLD.named("applicationToken", token, "application.delete", HERE);
    assertRefused(WORLD.explained(ADMIN, question), "cap");
    JsonNode higher = WORLD.made(tokens, ADMIN, "{\"name\":\"b\"}");
    JsonNode better =
        WORLD.explained(ADMIN, WORLD.named("applicationToken", higher, "application.delete", HERE));
    assertAllowed(better);
    assertThat(better.at("/credential/ownerType").stringValue()).isEqualTo("application");
  }

  /** KEY-44. */
  @Test
  void device() {
    String asking = newDevice();
    String other = newDevice();
    String deed =
        ",\"action\":\"device.get\",\"resource\":{%s,\"deviceId\":\"%s\"}".formatted(HERE, other);
    JsonNode narrow = key("\"deviceIds\":[\"" + asking + "\"]");
    JsonNode refused = WORLD.explained(ADMIN, ofKey(narrow, asking, deed));
    assertRefused(refused, "device");
    JsonNode wide = key("\"deviceIds\":[\"" + asking + "\",\"" + other + "\"]");
    assertAllowed(WORLD.explained(ADMIN, ofKey(wide, asking, deed)));
  }

  /** KEY-42: a log-in and what comes after it are both explained. */
  @Test
  void loginOfADevice() {
    String asking = newDevice();
    JsonNode key = key("\"deviceIds\":[\"" + newDevice() + "\"]");
    assertRefused(WORLD.explained(ADMIN, ofKey(key, asking, "")), "device");
    String deed = ",\"action\":\"applicationKeys.post\",\"resource\":{" + HERE + "}";
    JsonNode both = WORLD.explained(ADMIN, ofKey(key, asking, deed));
    assertRefused(both, "scope", "device");
    assertThat(text(both, "reason")).isEqualTo("device_refused");
    JsonNode wide = key("");
    assertAllowed(WORLD.explained(ADMIN, ofKey(wide, asking, "")));
    assertRefused(WORLD.explained(ADMIN, ofKey(wide, asking, deed)), "scope");
  }

  /** KEY-60 to KEY-68. */
  @Test
  void topic() {
    String asking = newDevice();
    String other = newDevice();
    JsonNode key =
        key(
            "\"deviceIds\":[\"%s\"],\"filterType\":\"whitelist\",\"pubTopics\":[\"plant/#\"],\"subTopics\":[]"
                .formatted(asking));
    String form = ",\"topic\":\"%s\",\"operation\":\"%s\"";
    assertAllowed(WORLD.explained(ADMIN, ofKey(key, asking, form.formatted("plant/a", "publish"))));
    JsonNode refused =
        WORLD.explained(ADMIN, ofKey(key, asking, form.formatted("town/a", "publish")));
    assertRefused(refused, "topic");
    assertThat(text(refused, "reason")).isEqualTo("topic_refused");
    assertThat(text(refused, "topic")).isEqualTo("town/a");
    WORLD.patch(
        "/applications/" + WORLD.application + "/keys/" + text(key, "id"),
        ADMIN,
        "{\"pubTopics\":[\"plant/#\",\"town/#\"]}");
    assertAllowed(WORLD.explained(ADMIN, ofKey(key, asking, form.formatted("town/a", "publish"))));
    String commands = form.formatted("losant/" + other + "/state", "subscribe");
    assertRefused(WORLD.explained(ADMIN, ofKey(key, asking, commands)), "device");
    JsonNode wide = key("\"deviceIds\":[\"" + asking + "\",\"" + other + "\"]");
    assertAllowed(WORLD.explained(ADMIN, ofKey(wide, asking, commands)));
    assertRefused(
        WORLD.explained(ADMIN, ofKey(wide, asking, form.formatted("losant/x", "publish"))),
        "topic");
    assertThat(WORLD.ask(ADMIN, ofKey(wide, asking, form.formatted("a/#", "publish"))).status())
        .isEqualTo(400);
    assertThat(WORLD.ask(ADMIN, ofKey(wide, asking, ",\"topic\":\"a\"")).status()).isEqualTo(400);
  }

  /** KEY-41. */
  @Test
  void sponsor() {
    String device = newDevice();
    JsonNode token = WORLD.userToken(WORLD.administrator, "");
    JsonNode session =
        WORLD.made("/auth/device", text(token, "token"), "{\"deviceId\":\"" + device + "\"}");
    String question =
        WORLD.presented(
            text(session, "token"), "device.get", HERE + ",\"deviceId\":\"" + device + "\"");
    assertAllowed(WORLD.explained(ADMIN, question));
    String path = "/me/tokens/" + text(token, "id");
    WORLD.patch(path, ADMIN, "{\"status\":\"inactive\"}");
    assertRefused(WORLD.explained(ADMIN, question), "sponsor");
    WORLD.patch(path, ADMIN, "{\"status\":\"active\"}");
    assertAllowed(WORLD.explained(ADMIN, question));
  }

  /** Several layers at once, and what is made in an owner that the body names. */
  @Test
  void allThatRefuses() {
    Person member = WORLD.member("\"role\":\"view\"");
    JsonNode token =
        WORLD.userToken(member, ",\"defaultRole\":\"view\",\"scope\":[\"all.User.read\"]");
    String owner = "\"orgId\":\"" + WORLD.organization + "\"";
    JsonNode refused = own(member, token, "applications.post", owner);
    assertRefused(refused, "scope", "memberRole", "cap");
    JsonNode decided =
        SERVER
            .send(
                "POST",
                "/decisions",
                "",
                WORLD.presented(text(token, "token"), "applications.post", owner))
            .body();
    assertThat(refused.get("reason")).isEqualTo(decided.get("reason"));
    assertThat(refused.get("status")).isEqualTo(decided.get("status"));
    assertThat(refused.get("credential")).isEqualTo(decided.get("credential"));
  }
}
