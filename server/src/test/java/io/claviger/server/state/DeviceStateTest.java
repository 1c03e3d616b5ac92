package io.claviger.server.state;

import static org.assertj.core.api.Assertions.assertThat;

import io.claviger.server.device.DeviceClient;
import io.claviger.server.testing.TestServer;
import io.claviger.server.testing.TestServer.Answer;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** State over HTTP (STA-1 to STA-8). */
class DeviceStateTest {
  private static final TestServer SERVER = TestServer.start();
  private static final String ATTRIBUTES =
      "\"attributes\":[{\"name\":\"n\",\"dataType\":\"number\"},{\"name\":\"s\",\"dataType\":"
          + "\"string\"},{\"name\":\"b\",\"dataType\":\"boolean\"},{\"name\":\"g\","
          + "\"dataType\":\"gps\"}]";

  private DeviceClient client;
  private String device;

  @AfterAll
  static void stop() {
    SERVER.close();
  }

  @BeforeEach
  void device(TestInfo test) {
    client = new DeviceClient(SERVER, test.getDisplayName().replaceAll("\\W", "") + "@example.com");
    device = client.create("{\"name\":\"d\"," + ATTRIBUTES + "}");
  }

  private void report(String json) {
    Answer answer = client.send("POST", "/" + device + "/state", json);
    assertThat(answer.status()).as("%s", answer.body()).isEqualTo(200);
    assertThat(answer.body()).isEqualTo(json("{\"success\":true}"));
  }

  private JsonNode states(String query) {
    return client.read("/" + device + "/state" + query);
  }

  private JsonNode composite(String query) {
    return client.read("/" + device + "/compositeState" + query);
  }

  private static JsonNode json(String text) {
    return JsonMapper.shared().readTree(text);
  }

  private static String refusal(Answer answer) {
    assertThat(answer.status()).as("%s", answer.body()).isEqualTo(400);
    return answer.body().get("message").stringValue();
  }

  /** STA-1, STA-4, STA-5: one or many, coerced, and merged at the same millisecond. */
  @Test
  void whatIsReportedIsRead() {
    long at = SERVER.clock().instant().toEpochMilli() - 5000;
    report("{\"time\":" + at + ",\"data\":{\"n\":\"22.50\",\"s\":7,\"unknown\":1,\"b\":\"x\"}}");
    report(
        "[{\"time\":"
            + at
            + ",\"data\":{\"s\":\"later\",\"b\":1}},{\"time\":"
            + (at + 1)
            + ",\"data\":{\"g\":\"37\u00b019'56.39\\\"N,122\u00b01'52.38\\\"W\"}}]");
    String time = Instant.ofEpochMilli(at).toString();
    JsonNode states = states("?limit=10");
    assertThat(states).hasSize(2);
    assertThat(states.get(0).get("data")).isEqualTo(json("{\"g\":\"37.33233056,-122.03121667\"}"));
    assertThat(states.get(1).get("data"))
        .isEqualTo(json("{\"b\":true,\"n\":22.5,\"s\":\"later\"}"));
    assertThat(Instant.parse(states.get(1).get("time").stringValue())).hasToString(time);
    assertThat(states("")).hasSize(1);
    assertThat(states("?limit=1&sortDirection=asc").get(0)).isEqualTo(states.get(1));
    JsonNode composite = composite("");
    assertThat(composite.propertyNames()).containsExactly("b", "g", "n", "s");
    assertThat(composite.at("/n/value").doubleValue()).isEqualTo(22.5);
    assertThat(composite.at("/g/time").stringValue())
        .isEqualTo(states.get(0).get("time").stringValue());
    assertThat(composite("?attributes=n,%20s").propertyNames()).containsExactly("n", "s");
    assertThat(composite("?end=" + at).propertyNames()).containsExactly("b", "n", "s");
    assertThat(composite("?start=" + (at + 1)).propertyNames()).containsExactly("g");
  }

  /** STA-3: too old and too far ahead is as if it were not sent, and still a success. */
  @Test
  void agesOutsideTheWindowAreIgnored() {
    long now = SERVER.clock().instant().toEpochMilli();
    report("{\"time\":" + (now - Duration.ofDays(31).toMillis()) + ",\"data\":{\"n\":1}}");
    report("{\"time\":" + (now + Duration.ofDays(2).toMillis()) + ",\"data\":{\"n\":2}}");
    assertThat(states("?limit=10")).isEmpty();
    report("{\"time\":" + (now - Duration.ofDays(29).toMillis()) + ",\"data\":{\"n\":3}}");
    assertThat(states("?limit=10")).hasSize(1);
  }

  /** STA-7. */
  @Test
  void rangesOfTime() {
    long now = SERVER.clock().instant().toEpochMilli();
    for (int i = 1; i <= 5; i++) {
      report("{\"time\":" + (now - i * 10_000L) + ",\"data\":{\"n\":" + i + "}}");
    }
    assertThat(numbers("?limit=10&sortDirection=asc")).isEqualTo("5,4,3,2,1");
    assertThat(numbers("?limit=2")).isEqualTo("1,2");
    assertThat(numbers("?limit=9&start=" + (now - 30_000))).isEqualTo("1,2,3");
    assertThat(numbers("?limit=9&since=" + (now - 20_000))).isEqualTo("1,2");
    assertThat(numbers("?limit=9&start=" + (now - 40_000) + "&end=" + (now - 20_000)))
        .isEqualTo("2,3,4");
    assertThat(numbers("?limit=9&start=" + (now - 40_000) + "&duration=10000")).isEqualTo("3,4");
    assertThat(numbers("?limit=9&end=" + (now - 30_000) + "&duration=10000")).isEqualTo("3,4");
    assertThat(numbers("?limit=9&start=-25000&end=0")).isEqualTo("1,2");
    for (String wrong :
        new String[] {
          "limit=0",
          "limit=1001",
          "limit=x",
          "start=x",
          "duration=-1",
          "end=1e9",
          "sortDirection=up",
          "start=9999999999999999999",
          "start=-9223372036854775808"
        }) {
      assertThat(refusal(client.get("/" + device + "/state?" + wrong)))
          .startsWith(wrong.substring(0, wrong.indexOf('=')) + " ");
    }
  }

  private String numbers(String query) {
    StringBuilder text = new StringBuilder();
    states(query).forEach(state -> text.append(',').append(state.at("/data/n").intValue()));
    return text.substring(1);
  }

  @Test
  void whatIsNoStateIsRefused() {
    for (String wrong :
        new String[] {
          "{}",
          "[{}]",
          "{\"data\":[]}",
          "{\"data\":{\"n\":null}}",
          "[[]]",
          "1",
          "{\"data\":{\"n\":{}}}",
          "{\"data\":{\"a b\":1}}",
          "{\"data\":{},\"extra\":1}",
          "{\"data\":{},\"time\":true}",
          "{\"data\":{},\"time\":{\"$date\":1,\"x\":1}}"
        }) {
      assertThat(client.send("POST", "/" + device + "/state", wrong).status())
          .as(wrong)
          .isEqualTo(400);
    }
    assertThat(states("?limit=9")).isEmpty();
    String system = client.create("{\"name\":\"s\",\"deviceClass\":\"system\"}");
    assertThat(refusal(client.send("POST", "/" + system + "/state", "{\"data\":{\"n\":1}}")))
        .contains("system device");
  }

  /** Deleted is not readable at once, and back when it is restored (DEV-5). */
  @Test
  void aDeletedDeviceHasNoStateUntilItIsRestored() {
    report("{\"data\":{\"n\":1}}");
    client.delete(device);
    for (String path : new String[] {"/state", "/compositeState"}) {
      assertThat(client.get("/" + device + path).body())
          .isEqualTo(client.get("/" + "f".repeat(24) + path).body());
      assertThat(client.get("/" + device + path).status()).isEqualTo(404);
    }
    assertThat(client.send("POST", "/" + device + "/state", "{\"data\":{\"n\":1}}").status())
        .isEqualTo(404);
    client.send("POST", "/restore", "{\"query\":{\"name\":\"d\"}}");
    assertThat(states("")).hasSize(1);
  }

  /** KEY-44: reads what the key selects, and reports only as itself or as its gateway's. */
  @Test
  void reachOfADevice() {
    String gateway =
        client.create("{\"name\":\"g\",\"deviceClass\":\"gateway\"," + ATTRIBUTES + "}");
    String own =
        client.create(
            "{\"name\":\"p\",\"deviceClass\":\"peripheral\",\"gatewayId\":\"" + gateway + "\"}");
    String foreign = client.create("{\"name\":\"f\"}");
    String token = client.deviceToken(gateway, true, "[\"" + device + "\"]", "[]");
    assertThat(status("POST", gateway, token)).isEqualTo(200);
    assertThat(status("GET", gateway, token)).isEqualTo(200);
    assertThat(status("POST", own, token)).isEqualTo(200);
    assertThat(status("GET", device, token)).isEqualTo(200);
    assertThat(status("POST", device, token)).isEqualTo(403);
    assertThat(status("GET", foreign, token)).isEqualTo(404);
    assertThat(status("POST", foreign, token)).isEqualTo(404);
    assertThat(status("GET", own, token)).isEqualTo(404);
  }

  private int status(String method, String of, String token) {
    return SERVER
        .send(
            method,
            client.path("/" + of + "/state"),
            token,
            method.equals("POST") ? "{\"data\":{\"n\":1}}" : "")
        .status();
  }
}
