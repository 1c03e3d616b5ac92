package io.claviger.server.decision;

import static org.assertj.core.api.Assertions.assertThat;

import io.claviger.server.testing.TestServer;
import io.claviger.server.testing.TestServer.Answer;
import io.claviger.server.testing.TestServer.Person;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import tools.jackson.databind.JsonNode;

/**
 * An organization with an administrator, one application of its own, and what can be made there.
 */
final class ExplainWorld {
  private static final AtomicInteger NEXT = new AtomicInteger();

  final TestServer server;
  final Person administrator;
  final String organization;
  final String application;

  ExplainWorld(TestServer server) {
    this.server = server;
    this.administrator = person("admin");
    this.organization =
        made("/orgs", administrator.session(), "{\"name\":\"Pumps\"}").get("id").stringValue();
    this.application =
        made(
                "/applications",
                administrator.session(),
                "{\"name\":\"Plant\",\"orgId\":\"" + organization + "\"}")
            .get("id")
            .stringValue();
  }

  Person person(String name) {
    return server.newUser(name + NEXT.incrementAndGet() + "@explained.example.com");
  }

  JsonNode made(String path, String token, String body) {
    Answer answer = server.send("POST", path, token, body);
    assertThat(answer.status()).as("%s %s", path, answer.body()).isBetween(200, 201);
    return answer.body();
  }

  void patch(String path, String token, String body) {
    Answer answer = server.send("PATCH", path, token, body);
    assertThat(answer.status()).as("%s %s", path, answer.body()).isEqualTo(200);
  }

  /** Somebody new who is a member of the organization, with those fields of an invitation. */
  Person member(String fields) {
    Person person = person("member");
    made(
        "/orgs/" + organization + "/invites",
        administrator.session(),
        "{\"email\":\"" + person.email() + "\"," + fields + "}");
    JsonNode invites = server.send("GET", "/me/invites", person.session()).body();
    made(
        "/me/invites/" + invites.get(0).get("id").stringValue(),
        person.session(),
        "{\"action\":\"accept\"}");
    return person;
  }

  void modify(Person member, String fields) {
    patch(
        "/orgs/" + organization + "/member",
        administrator.session(),
        "{\"userId\":\"" + member.id() + "\"," + fields + "}");
  }

  JsonNode userToken(Person person, String fields) {
    return made("/me/tokens", person.session(), "{\"name\":\"t\"" + fields + "}");
  }

  String at(String resource) {
    return "\"" + resource + "\":\"" + application + "\"";
  }

  /** A question about a credential that is named. */
  String named(String kind, JsonNode credential, String action, String resource) {
    return """
    {"credential":{"kind":"%s","id":"%s"},"action":"%s","resource":{%s}}\
    """
        .formatted(kind, credential.get("id").stringValue(), action, resource);
  }

  String presented(String token, String action, String resource) {
    return """
    {"credential":{"token":"%s"},"action":"%s","resource":{%s}}\
    """
        .formatted(token, action, resource);
  }

  Answer ask(String session, String body) {
    return server.send("POST", "/decisions/explain", session, body);
  }

  JsonNode explained(String session, String body) {
    Answer answer = ask(session, body);
    assertThat(answer.status()).as("%s", answer.body()).isEqualTo(200);
    return answer.body();
  }

  /** The answer is no, and it is these layers that refuse, each with its remedy. */
  static void assertRefused(JsonNode explained, String... layers) {
    List<String> refused = new ArrayList<>();
    for (JsonNode finding : explained.get("layers")) {
      if (finding.get("outcome").stringValue().equals("refused")) {
        refused.add(finding.get("layer").stringValue());
      }
    }
    assertThat(refused).as("%s", explained).containsExactly(layers);
    assertThat(explained.get("allowed").booleanValue()).isFalse();
    assertThat(explained.get("refusedBy").stringValue()).isEqualTo(layers[0]);
    List<String> mended = new ArrayList<>();
    explained.get("remedies").forEach(it -> mended.add(it.get("layer").stringValue()));
    assertThat(mended).containsExactly(layers);
  }

  static void assertAllowed(JsonNode explained) {
    assertThat(explained.path("allowed").asBoolean(false)).as("%s", explained).isTrue();
    assertThat(explained.get("reason").stringValue()).isEqualTo("ok");
    assertThat(explained.get("remedies").isEmpty()).isTrue();
    assertThat(explained.has("refusedBy")).isFalse();
  }

  static String text(JsonNode node, String name) {
    return node.get(name).stringValue();
  }
}
