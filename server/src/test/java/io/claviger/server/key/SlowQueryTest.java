package io.claviger.server.key;

import static org.assertj.core.api.Assertions.assertThat;

import io.claviger.server.http.Json;
import io.claviger.server.testing.TestServer;
import io.claviger.server.testing.TestServer.Answer;
import io.claviger.server.testing.TestServer.Person;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** A query that takes too long is ended, and the answer says so. */
class SlowQueryTest {
  private static final int KEYS = 250;

  @Test
  void isEndedAndTheServerGoesOn() {
    try (TestServer server = TestServer.start(Map.of("CLAVIGER_QUERY_MILLIS", "500"))) {
      Person owner = server.newUser("slow@example.com");
      String application = server.newApplication(owner);
      insertKeys(server, owner.id(), application);
      String keys = "/applications/" + application + "/keys?perPage=1&query=";
      Answer slow = server.send("GET", keys + manyParts(), owner.session());
      assertThat(slow.status()).isEqualTo(503);
      assertThat(slow.body().get("type").stringValue()).isEqualTo("QueryTimeout");
      assertThat(slow.body().get("message").stringValue()).startsWith("query takes longer");
      Answer quick = server.send("GET", keys + encoded("{\"name\":null}"), owner.session());
      assertThat(quick.status()).isEqualTo(200);
      assertThat(quick.body().get("totalCount").intValue()).isEqualTo(KEYS);
    }
  }

  /** Each of them looks through every description from its beginning to its end. */
  private static String manyParts() {
    ObjectNode query = Json.emptyObject();
    ArrayNode parts = query.putArray("$or");
    for (int i = 0; i < 100; i++) {
      parts.addObject().putObject("description").put("$contains", "no" + i);
    }
    return encoded(query.toString());
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }

  private static void insertKeys(TestServer server, String user, String application) {
    String description = "n ".repeat(16_000);
    server
        .wiring()
        .database()
        .run(transaction -> {
          for (int i = 0; i < KEYS; i++) {
            transaction
                .handle()
                .createUpdate(
                    "INSERT INTO access_key (id, application_id, access_key, digest, status,"
                        + " restricted, device_ids, device_tags, filter_type, pub_topics,"
                        + " sub_topics, address_filter_type, addresses, created_by_type,"
                        + " created_by_id, updated_by_type, updated_by_id, description, created_at,"
                        + " updated_at) VALUES (:id, :application, :key, :digest, 'active',"
                        + " 0, '[]', '[]', 'none', '[]', '[]', 'all', '[]', 'user', :user,"
                        + " 'user', :user, :description, 0, 0)")
                .bind("id", server.newId())
                .bind("user", user)
                .bind("application", application)
                .bind("key", "00000000-0000-4000-8000-%012x".formatted(i))
                .bind("digest", new byte[32])
                .bind("description", description)
                .execute();
          }
        });
  }
}
