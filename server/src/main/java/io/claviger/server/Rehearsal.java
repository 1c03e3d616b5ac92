package io.claviger.server;

import io.claviger.server.http.Json;
import io.claviger.server.settings.Settings;
import io.claviger.server.settings.SettingsReader;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * A run of the server on a database of its own, with a few requests to itself. The launcher has the
 * JVM watch it, to know at the next start what classes there are and how they hang together.
 */
final class Rehearsal {
  private static final String EMAIL = "rehearsal@localhost.localdomain";
  private static final String PASSWORD = "Rehearsal-of-a-start-1";

  private static final int ANSWER_MILLISECONDS_MAX = 10_000;

  private final PrintStream out;
  private final SecureRandom random;

  /**
   * A rehearsal.
   *
   * @param out gets what went wrong
   */
  Rehearsal(PrintStream out, SecureRandom random) {
    this.out = out;
    this.random = random;
  }

  /** Whether the server answered as it should. */
  boolean run() {
    try {
      Path folder = Files.createTempDirectory("claviger-rehearsal");
      try {
        return run(folder);
      } finally {
        delete(folder);
      }
    } catch (IOException e) {
      out.println("the rehearsal failed: " + e);
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private boolean run(Path folder) throws IOException, InterruptedException {
    Map<String, String> values =
        Map.of(
            "CLAVIGER_DATA",
            folder.toString(),
            "CLAVIGER_HTTP_PORT",
            "0",
            "CLAVIGER_MANAGEMENT_PORT",
            "0",
            "CLAVIGER_MQTT_PORT",
            "0",
            "CLAVIGER_MQTT_WS_PORT",
            "0",
            "CLAVIGER_ADMIN_EMAIL",
            EMAIL,
            "CLAVIGER_ADMIN_PASSWORD",
            PASSWORD);
    Settings settings = SettingsReader.read(values, Map.of()).orThrow();
    try (Wiring server = Wiring.start(settings, InstantSource.system(), random);
        HttpClient client = HttpClient.newHttpClient()) {
      String login = "{\"email\":\"%s\",\"password\":\"%s\"}".formatted(EMAIL, PASSWORD);
      HttpResponse<String> loggedIn = send(client, server, "POST", "/auth/user", "", login);
      if (loggedIn.statusCode() != 200) {
        out.println("the rehearsal could not log in: " + loggedIn.statusCode());
        return false;
      }
      String session =
          Json.parse(loggedIn.body().getBytes(StandardCharsets.UTF_8)).get("token").stringValue();
      send(client, server, "POST", "/me/tokens", session, "{\"name\":\"rehearsal\"}");
      String question =
          "{\"credential\":{\"token\":\"%s\"},\"action\":\"me.get\"}".formatted(session);
      send(client, server, "POST", "/decisions", session, question);
      for (String path :
          List.of("/me", "/me/tokens?perPage=10", "/applications", "/orgs", "/docs", "/absent")) {
        send(client, server, "GET", path, session, "");
      }
      return refusesStranger(server.broker().orElseThrow().port());
    }
  }

  /** A device that nobody knows connects; the answer is five bytes. */
  private boolean refusesStranger(int port) throws IOException {
    // CONNECT of MQTT 3.1.1 with a clean session, a client id, and "x" as user name and password.
    byte[] connect =
        ("\20\52\0\4MQTT\4\302\0\74\0\30" + "0".repeat(24) + "\0\1x\0\1x")
            .getBytes(StandardCharsets.ISO_8859_1);
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      socket.setSoTimeout(ANSWER_MILLISECONDS_MAX);
      socket.getOutputStream().write(connect);
      byte[] answer = socket.getInputStream().readNBytes(4);
      boolean refused = answer.length == 4 && answer[0] == 0x20 && answer[3] == 4;
      if (!refused) {
        out.println("the rehearsal got no answer over MQTT");
      }
      return refused;
    }
  }

  private static HttpResponse<String> send(
      HttpClient client, Wiring server, String method, String path, String token, String json)
      throws IOException, InterruptedException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.apiPort() + path))
            .method(
                method, json.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(json))
            .header("Content-Type", "application/json");
    if (!token.isEmpty()) {
      request.header("Authorization", "Bearer " + token);
    }
    return client.send(request.build(), BodyHandlers.ofString());
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
