package io.claviger.server.device;

import static org.assertj.core.api.Assertions.assertThat;

import io.claviger.core.secret.Secret;
import io.claviger.core.secret.TokenKind;
import io.claviger.core.secret.TokenText;
import io.claviger.server.testing.TestServer;
import io.claviger.server.testing.TestServer.Answer;
import io.claviger.server.testing.TestServer.Person;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import java.util.stream.StreamSupport;
import tools.jackson.databind.JsonNode;

/** A user with an application of devices. */
public final class DeviceClient {
  private final TestServer server;
  private final Person owner;
  private final String application;

  public DeviceClient(TestServer server, String email) {
    this.server = server;
    this.owner = server.newUser(email);
    Answer made = server.send("POST", "/applications", owner.session(), "{\"name\":\"plant\"}");
    assertThat(made.status()).as("%s", made.body()).isEqualTo(201);
    this.application = made.body().get("id").stringValue();
  }

  public String session() {
    return owner.session();
  }

  public String application() {
    return application;
  }

  /** The path of the devices with something behind it. */
  public String path(String rest) {
    return "/applications/" + application + "/devices" + rest;
  }

  public Answer get(String rest) {
    return server.send("GET", path(rest), owner.session());
  }

  public Answer send(String method, String rest, String json) {
    return server.send(method, path(rest), owner.session(), json);
  }

  /** The body of a GET that must succeed. */
  public JsonNode read(String rest) {
    Answer answer = get(rest);
    assertThat(answer.status()).as("%s %s", rest, answer.body()).isEqualTo(200);
    return answer.body();
  }

  /** Makes a device; its id. */
  public String create(String json) {
    Answer made = send("POST", "", json);
    assertThat(made.status()).as("%s %s", json, made.body()).isEqualTo(201);
    return made.body().get("id").stringValue();
  }

  /** Changes a device, which must succeed. */
  public JsonNode patch(String device, String json) {
    Answer patched = send("PATCH", "/" + device, json);
    assertThat(patched.status()).as("%s %s", json, patched.body()).isEqualTo(200);
    return patched.body();
  }

  public void delete(String device) {
    Answer deleted = send("DELETE", "/" + device, "{}");
    assertThat(deleted.status()).isEqualTo(200);
    assertThat(deleted.body().get("success").booleanValue()).isTrue();
  }

  /** The names of the devices that a list holds, in its order. */
  public List<String> names(String query) {
    return texts(read(query).get("items"), "name");
  }

  public static List<String> texts(JsonNode array, String field) {
    return StreamSupport.stream(array.spliterator(), false)
        .map(item -> item.get(field).stringValue())
        .toList();
  }

  public static List<String> texts(JsonNode array) {
    return StreamSupport.stream(array.spliterator(), false).map(JsonNode::stringValue).toList();
  }

  public static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }

  /**
   * A token of a device, made with an access key straight in the tables.
   *
   * @param restricted whether the key is for some devices only
   * @param ids JSON array of their ids
   * @param tags JSON array of {@code {key?, value?}}
   */
  public String deviceToken(String device, boolean restricted, String ids, String tags) {
    Secret token = TokenText.issue(TokenKind.DEVICE, new Random(device.hashCode()));
    String key = server.newId();
    server
        .wiring()
        .database()
        .run(transaction -> {
          transaction
              .handle()
              .createUpdate(
                  "INSERT INTO access_key (id, application_id, access_key, digest, status,"
                      + " restricted, device_ids, device_tags, filter_type, pub_topics, sub_topics,"
                      + " address_filter_type, addresses, created_by_type, created_by_id,"
                      + " updated_by_type, updated_by_id, created_at, updated_at) VALUES (:id,"
                      + " :application, :id, :digest, 'active', :restricted, :ids, :tags, 'none',"
                      + " '[]', '[]', 'all', '[]', 'user', 'u', 'user', 'u', 0, 0)")
              .bind("id", key)
              .bind("application", application)
              .bind("digest", token.digest().toBytes())
              .bind("restricted", restricted)
              .bind("ids", ids)
              .bind("tags", tags)
              .execute();
          transaction
              .handle()
              .createUpdate(
                  "INSERT INTO device_session (id, application_id, device_id, digest, scope,"
                      + " warrant_type, warrant_id, issued_at) VALUES (:id, :application, :device,"
                      + " :digest, '[\"all.Device\"]', 'key', :key, 0)")
              .bind("id", server.newId())
              .bind("application", application)
              .bind("device", device)
              .bind("digest", token.digest().toBytes())
              .bind("key", key)
              .execute();
        });
    return token.revealOnce();
  }
}
