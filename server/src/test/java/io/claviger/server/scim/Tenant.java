package io.claviger.server.scim;

import io.claviger.server.testing.TestServer;
import io.claviger.server.testing.TestServer.Answer;
import io.claviger.server.testing.TestServer.Person;
import java.util.Map;

/** An organization with an administrator and a personal access token for everything. */
public final class Tenant {
  private final TestServer server;
  public final Person administrator;
  public final String organization;
  public final String token;

  /** Makes one; the name must be of no other. */
  public Tenant(TestServer server, String name) {
    this.server = server;
    this.administrator = server.newUser(name + "@admin.example");
    this.organization =
        server
            .send("POST", "/orgs", administrator.session(), "{\"name\":\"" + name + "\"}")
            .body()
            .get("orgId")
            .stringValue();
    this.token = newToken("um:read", "um:write", "um:bulk");
  }

  /** Another token, with these scopes. */
  public String newToken(String... scopes) {
    return made(administrator, scopes).body().get("token").stringValue();
  }

  /** What the attempt of somebody to make a token is answered. */
  public Answer made(Person maker, String... scopes) {
    return server.send(
        "POST",
        "/orgs/" + organization + "/personalAccessTokens",
        maker.session(),
        "{\"name\":\"provisioning\",\"scopes\":[\"" + String.join("\",\"", scopes) + "\"]}");
  }

  /** Asks SCIM with the token for everything. */
  public Answer scim(String method, String path) {
    return server.send(method, "/scim/v2" + path, token);
  }

  /** The same with a body. */
  public Answer scim(String method, String path, String json) {
    return scim(method, path, json, Map.of());
  }

  /** The same with headers. */
  public Answer scim(String method, String path, String json, Map<String, String> headers) {
    return server.send(method, "/scim/v2" + path, token, json, headers);
  }

  /** Creates a user with that address, and answers its id. */
  public String newUser(String email) {
    Answer made = scim("POST", "/Users", user(email));
    if (made.status() != 201) {
      throw new AssertionError(made.body());
    }
    return made.body().get("id").stringValue();
  }

  /** What an identity system sends of somebody new. */
  public static String user(String email) {
    return """
    {"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":"%s","externalId":"x-%s",
    "name":{"givenName":"Given","familyName":"Family"},
    "emails":[{"primary":true,"type":"work","value":"%s"}],"active":true}\
    """
        .formatted(email, email, email);
  }

  /** A PATCH of one operation. */
  public static String patch(String op, String path, String value) {
    return """
    {"schemas":["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
    "Operations":[{"op":"%s","path":"%s","value":%s}]}\
    """
        .formatted(op, path.replace("\"", "\\\""), value);
  }

  /** The members of the organization as its administrator sees them. */
  public String members() {
    return server
        .send("GET", "/orgs/" + organization, administrator.session())
        .body()
        .get("members")
        .toString();
  }
}
