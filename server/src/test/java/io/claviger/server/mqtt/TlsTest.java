package io.claviger.server.mqtt;

import static org.assertj.core.api.Assertions.assertThat;

import com.hivemq.client.mqtt.MqttClientSslConfig;
import com.hivemq.client.mqtt.MqttWebSocketConfig;
import com.hivemq.client.mqtt.mqtt5.Mqtt5BlockingClient;
import com.hivemq.client.mqtt.mqtt5.Mqtt5Client;
import com.hivemq.client.mqtt.mqtt5.Mqtt5ClientBuilder;
import io.claviger.server.settings.Settings;
import io.claviger.server.settings.SettingsReader;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.Base64;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** MQTT over TLS, with a certificate in PEM. */
class TlsTest {
  @TempDir Path folder;

  private void makeCertificate() throws Exception {
    Path store = folder.resolve("store.p12");
    Process made =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-alias",
                "x",
                "-keyalg",
                "EC",
                "-dname",
                "CN=localhost",
                "-ext",
                "san=dns:localhost,ip:127.0.0.1",
                "-storetype",
                "PKCS12",
                "-keystore",
                store.toString(),
                "-storepass",
                "changeit")
            .redirectErrorStream(true)
            .start();
    assertThat(made.waitFor()).isZero();
    KeyStore keys = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(store)) {
      keys.load(in, "changeit".toCharArray());
    }
    write("certificate.pem", "CERTIFICATE", keys.getCertificate("x").getEncoded());
    write("key.pem", "PRIVATE KEY", keys.getKey("x", "changeit".toCharArray()).getEncoded());
  }

  private void write(String file, String kind, byte[] der) throws Exception {
    String body = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der);
    Files.writeString(
        folder.resolve(file),
        "-----BEGIN " + kind + "-----\n" + body + "\n-----END " + kind + "-----\n");
  }

  @Test
  void devicesConnectOverTlsAndOverWebSocketsWithTls() throws Exception {
    makeCertificate();
    Map<String, String> settings =
        Map.of(
            "CLAVIGER_MQTT_CERTIFICATE",
            folder.resolve("certificate.pem").toString(),
            "CLAVIGER_MQTT_PRIVATE_KEY",
            folder.resolve("key.pem").toString());
    try (Plant plant = Plant.start(settings)) {
      Plant.Key key = plant.key("{}");
      String device = plant.server.newDevice(plant.application, "standalone");
      report(plant.broker().tlsPort().orElseThrow(), false, device, key);
      report(plant.broker().webSocketTlsPort().orElseThrow(), true, device, key);
      // In the clear there is nothing on this port.
      try (RawMqtt client = new RawMqtt(plant.broker().tlsPort().orElseThrow(), false)) {
        assertThat(client.connect(device, key.key(), key.secret())).isEqualTo(-1);
      }
    }
  }

  private static void report(int port, boolean webSocket, String device, Plant.Key key) {
    Mqtt5ClientBuilder builder =
        Mqtt5Client.builder()
            .identifier(device)
            .serverHost("127.0.0.1")
            .serverPort(port)
            .sslConfig(
                MqttClientSslConfig.builder()
                    .trustManagerFactory(InsecureTrustManagerFactory.INSTANCE)
                    .build())
            .simpleAuth()
            .username(key.key())
            .password(key.secret().getBytes(StandardCharsets.UTF_8))
            .applySimpleAuth();
    Mqtt5BlockingClient client =
        (webSocket
                ? builder.webSocketConfig(MqttWebSocketConfig.builder().serverPath("/").build())
                : builder)
            .buildBlocking();
    client.connect();
    client.publishWith().topic(Plant.state(device)).send();
    client.disconnect();
  }

  @Test
  void aCertificateWithoutItsKeyStopsTheStart() throws Exception {
    makeCertificate();
    String certificate = folder.resolve("certificate.pem").toString();
    assertThat(
            SettingsReader.read(Map.of("CLAVIGER_MQTT_CERTIFICATE", certificate), Map.of())
                .toString())
        .contains("must be given together");
    assertThat(
            SettingsReader.read(
                    Map.of(
                        "CLAVIGER_MQTT_CERTIFICATE",
                        certificate,
                        "CLAVIGER_MQTT_PRIVATE_KEY",
                        folder.resolve("absent").toString()),
                    Map.of())
                .toString())
        .contains("CLAVIGER_MQTT_PRIVATE_KEY must be the path of a file");
    Settings both =
        SettingsReader.read(
                Map.of(
                    "CLAVIGER_MQTT_CERTIFICATE",
                    certificate,
                    "CLAVIGER_MQTT_PRIVATE_KEY",
                    folder.resolve("key.pem").toString()),
                Map.of())
            .orThrow();
    assertThat(both.mqtt().tls().orElseThrow().port()).isEqualTo(8883);
  }
}
