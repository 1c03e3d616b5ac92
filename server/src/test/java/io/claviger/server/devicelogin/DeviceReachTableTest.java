package io.claviger.server.devicelogin;

import static org.assertj.core.api.Assertions.assertThat;

import io.claviger.core.change.SubjectType;
import io.claviger.core.testing.CaseTable;
import io.claviger.core.testing.CaseTable.Row;
import io.claviger.server.testing.TestServer;
import io.claviger.server.testing.TestServer.Answer;
import io.claviger.server.testing.TestServer.Person;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;

/** The table of what devices may do to devices, over HTTP with the token of a device. */
class DeviceReachTableTest {
  private static final TestServer SERVER = TestServer.start();
  private static final Person PERSON = SERVER.newUser("reach@example.com");

  /**
   * An action, and a request for it.
   *
   * @param method blank for streams, which are asked about and not opened
   */
  private record Deed(String action, String method, String path, String body) {}

  private static final Map<String, List<Deed>> DEEDS =
      Map.of(
          "read",
          List.of(
              new Deed("device.get", "GET", "", ""),
              new Deed("device.getState", "GET", "/state", ""),
              new Deed("device.getCompositeState", "GET", "/compositeState", ""),
              new Deed("device.getLogEntries", "GET", "/logs", ""),
              new Deed("device.stateStream", "", "", "")),
          "command",
          List.of(new Deed("device.sendCommand", "POST", "/command", "{\"name\":\"x\"}")),
          "receive",
          List.of(
              new Deed("device.getCommand", "GET", "/command", ""),
              new Deed("device.commandStream", "", "", "")),
          "report",
          List.of(
              new Deed("device.sendState", "POST", "/state", "{\"data\":{}}"),
              new Deed(
                  "device.setConnectionStatus",
                  "POST",
                  "/setConnectionStatus",
                  "{\"status\":\"connected\"}")),
          "manage",
          List.of(
              new Deed("device.patch", "PATCH", "", "{\"name\":\"x\"}"),
              new Deed("device.delete", "DELETE", "", "")));

  private static final String APPLICATION = SERVER.newApplication(PERSON);
  private static final String ELSEWHERE = SERVER.newApplication(PERSON);

  @AfterAll
  static void stop() {
    SERVER.close();
  }

  static List<Row> cases() {
    return CaseTable.read("device-reach");
  }

  @ParameterizedTest
  @MethodSource("cases")
  void theTableHolds(Row row) {
    String self = SERVER.newDevice(APPLICATION, row.get("self"));
    String target = target(row, self);
    String token = token(row, self, target);
    DEEDS.forEach((name, deeds) -> {
      int expected = Integer.parseInt(row.get(name));
      for (Deed deed : deeds) {
        assertThat(decided(deed, target, token)).as(deed.action()).isEqualTo(expected);
        if (!deed.method().isEmpty()) {
          assertThat(answered(deed, target, token)).as(deed.action()).isEqualTo(expected);
        }
      }
    });
  }

  private static int decided(Deed deed, String target, String token) {
    String question =
        """
        {"credential":{"token":"%s"},"action":"%s",
         "resource":{"applicationId":"%s","deviceId":"%s"}}\
        """
            .formatted(token, deed.action(), APPLICATION, target);
    Answer answer = SERVER.send("POST", "/decisions", "", question);
    assertThat(answer.status()).as("%s", answer.body()).isEqualTo(200);
    return answer.body().get("status").intValue();
  }

  /** Whoever is let through may still be told that it is not built, or is not there. */
  private static int answered(Deed deed, String target, String token) {
    Answer answer =
        SERVER.send(
            deed.method(),
            "/applications/" + APPLICATION + "/devices/" + target + deed.path(),
            token,
            deed.body());
    boolean refused =
        Set.of(401, 403).contains(answer.status())
            || answer.body().path("message").asString("").equals("Device was not found");
    return refused ? answer.status() : 200;
  }

  private static String target(Row row, String self) {
    return switch (row.get("other")) {
      case "itself" -> self;
      case "mine" -> peripheral(self);
      case "theirs" -> peripheral(SERVER.newDevice(APPLICATION, "gateway"));
      case "anybodys" -> SERVER.newDevice(APPLICATION, "peripheral", "mark=x");
      case "elsewhere" -> SERVER.newDevice(ELSEWHERE, "standalone", "mark=x");
      case "absent" -> SERVER.newId();
      case String deviceClass -> SERVER.newDevice(APPLICATION, deviceClass, "mark=x");
    };
  }

  private static String peripheral(String gateway) {
    String device = SERVER.newDevice(APPLICATION, "peripheral", "mark=x");
    SERVER.change(
        SubjectType.DEVICE,
        device,
        "UPDATE device SET gateway_id = '" + gateway + "' WHERE id = :id");
    return device;
  }

  private static String token(Row row, String self, String target) {
    String devices =
        switch (row.get("key")) {
          case "all" -> "{}";
          case "nothing" -> "{\"deviceIds\":[\"" + self + "\"]}";
          case "it" -> "{\"deviceIds\":[\"" + self + "\",\"" + target + "\"]}";
          case "tag" ->
              "{\"deviceIds\":[\"%s\"],\"deviceTags\":[{\"key\":\"mark\",\"value\":\"x\"}]}"
                  .formatted(self);
          default -> throw new IllegalArgumentException("no such key at " + row.place());
        };
    JsonNode key =
        SERVER
            .send("POST", "/applications/" + APPLICATION + "/keys", PERSON.session(), devices)
            .body();
    Answer login =
        SERVER.send(
            "POST",
            "/auth/device",
            "",
            "{\"deviceId\":\"%s\",\"key\":\"%s\",\"secret\":\"%s\"}"
                .formatted(self, key.get("key").stringValue(), key.get("secret").stringValue()));
    assertThat(login.status()).as("%s", login.body()).isEqualTo(200);
    return login.body().get("token").stringValue();
  }
}
