package io.claviger.server.mqtt;

import static org.assertj.core.api.Assertions.assertThat;

import com.hivemq.client.mqtt.MqttWebSocketConfig;
import com.hivemq.client.mqtt.mqtt3.Mqtt3BlockingClient;
import com.hivemq.client.mqtt.mqtt3.Mqtt3Client;
import com.hivemq.client.mqtt.mqtt3.exceptions.Mqtt3ConnAckException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Where a device is, behind proxies (KEY-53, KEY-54). */
class ProxyTest {
  /** Trusts itself as a proxy, as by default. */
  private static final Plant TRUSTING = Plant.start();

  private static final Plant DISTRUSTING =
      Plant.start(Map.of("CLAVIGER_TRUSTED_PROXIES", "203.0.113.1"));

  private static final String ONLY_NINE =
      "{\"addressFilterType\":\"whitelist\",\"addresses\":[\"203.0.113.9\"]}";

  @AfterAll
  static void stop() {
    TRUSTING.close();
    DISTRUSTING.close();
  }

  private static int code(Plant plant, byte[] header) {
    Plant.Key key = plant.key(ONLY_NINE);
    String device = plant.server.newDevice(plant.application, "standalone");
    try (RawMqtt client = new RawMqtt(plant.port(), false)) {
      client.raw(header);
      return client.connect(device, key.key(), key.secret());
    }
  }

  private static byte[] line(String text) {
    return (text + "\r\n").getBytes(StandardCharsets.US_ASCII);
  }

  private static byte[] second(String command, String address) {
    return HexFormat.of()
        .parseHex(
            "0d0a0d0a000d0a515549540a" + command + "11000c" + address + "7f000001" + "00010002");
  }

  @Test
  void trustedProxyNamesTheClient() {
    assertThat(code(TRUSTING, line("PROXY TCP4 203.0.113.9 127.0.0.1 1 2"))).isZero();
    assertThat(code(TRUSTING, line("PROXY TCP4 203.0.113.8 127.0.0.1 1 2"))).isEqualTo(5);
    assertThat(code(TRUSTING, line("PROXY TCP6 ::ffff:203.0.113.9 ::1 1 2"))).isZero();
    assertThat(code(TRUSTING, second("21", "cb007109"))).isZero();
    assertThat(code(TRUSTING, second("21", "cb007108"))).isEqualTo(5);
  }

  @Test
  void withoutAKnownAddressNoRestrictionIsSatisfied() {
    // The proxy does not know, or speaks for itself.
    assertThat(code(TRUSTING, line("PROXY UNKNOWN"))).isEqualTo(5);
    assertThat(code(TRUSTING, second("20", "cb007109"))).isEqualTo(5);
    assertThat(code(TRUSTING, new byte[0])).isEqualTo(5);
  }

  @Test
  void strangersNameNobody() {
    assertThat(code(DISTRUSTING, line("PROXY TCP4 203.0.113.9 127.0.0.1 1 2"))).isEqualTo(-1);
  }

  private static boolean overWebSocket(Plant plant, String path, String forwardedFor) {
    Plant.Key key = plant.key(ONLY_NINE);
    String device = plant.server.newDevice(plant.application, "standalone");
    Mqtt3BlockingClient client =
        Mqtt3Client.builder()
            .identifier(device)
            .serverHost("127.0.0.1")
            .serverPort(plant.broker().webSocketPort())
            .webSocketConfig(
                MqttWebSocketConfig.builder()
                    .serverPath(path)
                    .httpHeaders(
                        forwardedFor.isEmpty() ? Map.of() : Map.of("X-Forwarded-For", forwardedFor))
                    .build())
            .simpleAuth()
            .username(key.key())
            .password(key.secret().getBytes(StandardCharsets.UTF_8))
            .applySimpleAuth()
            .buildBlocking();
    try {
      client.connect();
      client.publishWith().topic(Plant.state(device)).send();
      client.disconnect();
      return true;
    } catch (Mqtt3ConnAckException e) {
      return false;
    }
  }

  @ParameterizedTest
  @CsvSource(
      textBlock =
          """
          /,     203.0.113.9,              true
          /mqtt, 203.0.113.9,              true
          /,     '203.0.113.9, 127.0.0.1', true
          /,     '203.0.113.9, 10.0.0.1',  false
          /,     203.0.113.8,              false
          /,     nonsense,                 false
          /,     '',                       false
          """)
  void forwardedForOnWebSockets(String path, String forwardedFor, boolean letIn) {
    assertThat(overWebSocket(TRUSTING, path, forwardedFor)).isEqualTo(letIn);
  }

  @Test
  void forwardedForFromStrangersIsNotBelieved() {
    assertThat(overWebSocket(DISTRUSTING, "/", "203.0.113.9")).isFalse();
  }

  @Test
  void whatOpensNoWebSocketIsAnswered() throws Exception {
    URI base = URI.create("http://127.0.0.1:" + TRUSTING.broker().webSocketPort());
    HttpClient client = HttpClient.newHttpClient();
    assertThat(
            client
                .send(HttpRequest.newBuilder(base.resolve("/")).build(), BodyHandlers.ofString())
                .statusCode())
        .isEqualTo(426);
    assertThat(
            client
                .send(
                    HttpRequest.newBuilder(base.resolve("/elsewhere")).build(),
                    BodyHandlers.ofString())
                .statusCode())
        .isEqualTo(404);
    assertThat(rawHttp("GET / HTTP/1.1\r\nbad header\r\n\r\n")).startsWith("HTTP/1.1 400");
  }

  private static String rawHttp(String request) throws IOException {
    try (Socket socket =
        new Socket(InetAddress.getLoopbackAddress(), TRUSTING.broker().webSocketPort())) {
      socket.setSoTimeout(10_000);
      socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
    }
  }
}
