package io.claviger.server.device;

import static org.assertj.core.api.Assertions.assertThat;

import io.claviger.server.testing.TestServer;
import io.claviger.server.testing.TestServer.Answer;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;

/** Whatever stands in a query is answered or refused with 400, over every way that takes one. */
class HostileQueriesTest {
  private static final long SEED = 20_260_331;
  private static final int ROUNDS = 150;
  private static final TestServer SERVER = TestServer.start();
  private static final DeviceClient CLIENT = new DeviceClient(SERVER, "hostile@example.com");
  private static final List<String> WAYS =
      List.of("?query=", "/tagKeys?query=", "/tagValues?key=k&query=", "/deviceNames?query=");

  static {
    CLIENT.create("{\"name\":\"pump\",\"tags\":[{\"key\":\"k\",\"value\":\"v\"}]}");
  }

  @AfterAll
  static void stop() {
    SERVER.close();
  }

  static List<String> documents() {
    return List.of(
        "",
        "null",
        "0",
        "[]",
        "\"{}\"",
        "{",
        "{\"name\":}",
        "{\"name\":\"a\",\"name\":\"b\"}",
        "{\"name\":\"\\u0000\"}",
        "{\"name\":\"\\ud800\"}",
        "{\"\\ud800\":1}",
        "{\"name\":\"\u0001'; DROP TABLE device; --\"}",
        "{\"tags\":{\"'; --\":\"x\"}}",
        "{\"tags\":{\"$where\":\"x\"}}",
        "{\"name\":1e999}",
        "{\"creationDate\":1e308}",
        "{\"creationDate\":{\"$gt\":-1e308,\"$lt\":1e-308}}",
        "{\"creationDate\":{\"$gt\":\"+999999999-12-31T23:59:59Z\"}}",
        "{\"lastUpdated\":9223372036854775808}",
        "{\"name\":" + "9".repeat(500) + "}",
        "{\"name\":NaN}",
        "[".repeat(5000),
        "{\"$and\":[".repeat(30) + "{}" + "]}".repeat(30),
        "{\"$and\":[".repeat(11) + "{}" + "]}".repeat(11),
        "{\"$or\":[" + "{},".repeat(100) + "{}]}",
        "{\"id\":{\"$in\":[" + "\"x\",".repeat(100) + "\"x\"]}}",
        "{\"name\":{\"$contains\":\"\"}}",
        "{\"name\":{\"$ci\":1}}",
        "{\"__proto__\":{}}",
        "{\"constructor\":null}",
        "{\"" + "n".repeat(300) + "\":1}");
  }

  @ParameterizedTest
  @MethodSource("documents")
  void isRefusedOrAnswered(String document) {
    String query = DeviceClient.encoded(document);
    for (String way : WAYS) {
      requireAnswered(CLIENT.get(way + query), document);
    }
    requireAnswered(
        SERVER.send(
            "GET",
            "/applications/" + CLIENT.application() + "/keys?query=" + query,
            CLIENT.session()),
        document);
    requireAnswered(CLIENT.send("POST", "/restore", "{\"query\":" + document + "}"), document);
    requireAnswered(
        CLIENT.send(
            "PATCH", "", "{\"query\":" + document + ",\"updateFields\":{\"keepDuplicates\":true}}"),
        document);
  }

  private static void requireAnswered(Answer answer, String document) {
    assertThat(answer.status()).as("%s %s", document, answer.body()).isIn(200, 400);
    if (answer.status() == 400) {
      assertThat(answer.body().get("message").stringValue()).isNotBlank().hasSizeLessThan(700);
    }
  }

  @Test
  void chanceFindsNothingElse() {
    Random random = new Random(SEED);
    int answered = 0;
    for (int i = 0; i < ROUNDS; i++) {
      JsonNode query = WantedDevicesTest.randomObject(random, 3);
      Answer listed = CLIENT.get("?query=" + DeviceClient.encoded(query.toString()));
      requireAnswered(listed, "seed " + SEED + " " + query);
      requireAnswered(
          CLIENT.send("POST", "/restore", "{\"query\":" + query + "}"),
          "seed " + SEED + " " + query);
      answered += listed.status() == 200 ? 1 : 0;
    }
    assertThat(answered).isGreaterThan(10);
  }

  /** Other texts that reach the database. */
  @ParameterizedTest
  @MethodSource("texts")
  void textsAreRefusedOrAnswered(String text) {
    String value = DeviceClient.encoded(text);
    for (String way :
        List.of(
            "?filterField=name&filter=",
            "?tagFilter[0][value]=",
            "?tagFilter[0][key]=",
            "/deviceNames?startsWith=",
            "/tagValues?key=k&startsWith=",
            "/tagKeys?startsWith=",
            "/attributeNames?startsWith=")) {
      requireAnswered(CLIENT.get(way + value), way + text);
    }
    requireAnswered(
        SERVER.send(
            "GET",
            "/applications/" + CLIENT.application() + "/search?filter=" + value,
            CLIENT.session()),
        text);
  }

  static List<String> texts() {
    return List.of(
        "\0", "a\0b", "%", "_", "\\", "*".repeat(500), "\uffff", "🔑", "'\"", "a?".repeat(120));
  }
}
