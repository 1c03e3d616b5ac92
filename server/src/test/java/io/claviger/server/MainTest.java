package io.claviger.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.claviger.core.change.Actor;
import io.claviger.core.change.Change;
import io.claviger.core.change.Subject;
import io.claviger.core.change.SubjectType;
import io.claviger.server.changelog.InstallationSigner;
import io.claviger.server.http.Json;
import io.claviger.server.settings.Settings;
import io.claviger.server.settings.SettingsReader;
import io.claviger.store.Database;
import io.claviger.store.retention.ChangeLogPruning;
import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
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
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands, as a person types them. */
class MainTest {
  @TempDir Path folder;

  /** What a command did: its exit code, empty when it runs on, and what it said. */
  private record Run(Optional<Integer> code, String out, String error) {}

  private Map<String, String> settings(Map<String, String> more) {
    Map<String, String> all = new HashMap<>();
    all.put("CLAVIGER_DATA", folder.toString());
    all.put("CLAVIGER_HTTP_PORT", "0");
    all.put("CLAVIGER_MANAGEMENT_PORT", "0");
    all.put("CLAVIGER_MQTT", "off");
    all.put("CLAVIGER_MQTT_PORT", "0");
    all.put("CLAVIGER_MQTT_WS_PORT", "0");
    all.putAll(more);
    return all;
  }

  private Run run(String command, Map<String, String> more) {
    var out = new ByteArrayOutputStream();
    var error = new ByteArrayOutputStream();
    Main main =
        new Main(
            settings(more),
            new ByteArrayInputStream("Typed password 1\n".getBytes(StandardCharsets.UTF_8)),
            new PrintStream(out, true, StandardCharsets.UTF_8),
            new PrintStream(error, true, StandardCharsets.UTF_8));
    Optional<Integer> code = main.run(List.of(command.split(" ")));
    return new Run(
        code, out.toString(StandardCharsets.UTF_8), error.toString(StandardCharsets.UTF_8));
  }

  private Wiring start() {
    Settings settings = SettingsReader.read(settings(Map.of()), Map.of()).orThrow();
    return Wiring.start(settings, InstantSource.system(), new SecureRandom());
  }

  @Test
  void anUnknownCommandShowsWhatThereIs() {
    Run run = run("sreve", Map.of());
    assertThat(run.code()).contains(64);
    assertThat(run.error())
        .startsWith("Claviger: there is no command sreve")
        .contains("usage: claviger");
    assertThat(run("help", Map.of()).code()).contains(0);
  }

  @Test
  void aSettingThatIsWrongStopsTheStart() {
    Run run = run("serve", Map.of("CLAVIGER_ADMIN_PASSWORD", "short"));
    assertThat(run.code()).contains(1);
    assertThat(run.error())
        .startsWith("Claviger: CLAVIGER_ADMIN_PASSWORD must have at least 12 characters");
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void aFileOfSettingsIsRead() throws IOException {
    Path file = folder.resolve("my.properties");
    Files.writeString(file, "CLAVIGER_SIGN_UP=perhaps\n");
    Run run = run("serve", Map.of("CLAVIGER_CONFIG", file.toString()));
    assertThat(run.error()).contains("CLAVIGER_SIGN_UP must be true or false");
    Run absent = run("serve", Map.of("CLAVIGER_CONFIG", folder.resolve("absent").toString()));
    assertThat(absent.code()).contains(1);
    assertThat(absent.error())
        .contains("the file of settings cannot be read")
        .contains("absent: no such file");
  }

  @Test
  void whatIsWrongWithADatabaseIsNamedInOneLine() throws IOException {
    Path file = Files.writeString(folder.resolve("file"), "");
    assertThat(run("serve", Map.of("CLAVIGER_DATA", file.toString())).error().strip())
        .isEqualTo("Claviger: the database cannot be opened: " + file + ": is not a folder");
    Map<String, String> nowhere =
        Map.of("CLAVIGER_DATABASE_URL", "jdbc:postgresql://nowhere.invalid/a?user=b&password=c");
    assertThat(run("serve", nowhere).error().strip())
        .isEqualTo("Claviger: the database cannot be opened: there is no host nowhere.invalid");
  }

  @Test
  void aPortInUseIsNamedInOneLine() throws IOException {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      String port = Integer.toString(taken.getLocalPort());
      for (String setting :
          List.of(
              "CLAVIGER_HTTP_PORT",
              "CLAVIGER_MANAGEMENT_PORT",
              "CLAVIGER_MQTT_PORT",
              "CLAVIGER_MQTT_WS_PORT")) {
        Run run = run("serve", Map.of("CLAVIGER_MQTT", "on", setting, port));
        assertThat(run.code()).contains(1);
        assertThat(run.error().lines())
            .containsExactly(
                "Claviger: cannot listen on 127.0.0.1:"
                    + port
                    + " ("
                    + setting
                    + "): Address already in use");
      }
    }
  }

  @Test
  void theGeneratedPasswordIsShownEvenWhenTheStartFailsAfterwards() throws IOException {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      Run run = run("serve", Map.of("CLAVIGER_HTTP_PORT", Integer.toString(taken.getLocalPort())));
      assertThat(run.out())
          .matches("Administrator: admin@localhost.localdomain / \\S{23} \\(shown once\\)\\R");
    }
  }

  @Test
  void aDatabaseThatCannotBeOpenedIsNamedInOneLine() throws IOException {
    Path file = Files.createFile(folder.resolve("file"));
    Run noFolder = run("serve", Map.of("CLAVIGER_DATA", file.resolve("data").toString()));
    assertThat(noFolder.code()).contains(1);
    assertThat(noFolder.error().lines()).hasSize(1);
    assertThat(noFolder.error()).contains("the database cannot be opened", file.toString());

    Run unreachable =
        run(
            "serve",
            Map.of(
                "CLAVIGER_DATABASE_URL",
                "jdbc:postgresql://127.0.0.1:1/x?user=u&password=canary7f3a"));
    assertThat(unreachable.code()).contains(1);
    assertThat(unreachable.error().lines()).hasSize(1);
    assertThat(unreachable.error()).contains("Connection to 127.0.0.1:1 refused");
    assertThat(unreachable.error()).doesNotContain("canary");
  }

  @Test
  void theChangeLogIsVerifiedBesideTheServerAndAlone() throws Exception {
    Run absent = run("changelog verify", Map.of());
    assertThat(absent.code()).contains(1);
    assertThat(absent.error()).startsWith("Claviger: there is no file");

    try (Wiring server = start()) {
      Run run = run("changelog verify", Map.of());
      assertThat(run.code()).contains(0);
      assertThat(run.out())
          .isEqualTo(
              "intact: 1 entries, head "
                  + server.database().changeLog().head().hash().hex()
                  + System.lineSeparator());
      Run second = run("serve", Map.of());
      assertThat(second.code()).contains(1);
      assertThat(second.error()).startsWith("Claviger: another process uses");
    }
    String intact = run("changelog verify", Map.of()).out();
    assertThat(intact).startsWith("intact: 1 entries");
    String head = intact.strip().substring(intact.indexOf("head ") + "head ".length());
    assertThat(run("changelog verify 1:" + head, Map.of()).code()).contains(0);
    assertThat(run("changelog verify 1:" + "0".repeat(64), Map.of()).out())
        .startsWith("broken at entry 1: it is not the entry that was noted");
    assertThat(run("changelog verify 2:" + head, Map.of()).out()).startsWith("broken at entry 2: ");
    assertThat(run("changelog verify 1:x", Map.of()).code()).contains(64);

    try (Connection connection =
            DriverManager.getConnection("jdbc:sqlite:" + folder.resolve("claviger.db"));
        Statement statement = connection.createStatement()) {
      statement.execute("UPDATE change_log SET actor_name = 'Nobody'");
    }
    Run broken = run("changelog verify", Map.of());
    assertThat(broken.code()).contains(1);
    assertThat(broken.out()).startsWith("broken at entry 1: ");
  }

  /** AUD-1: what was removed by age is told from what somebody took away. */
  @Test
  void aLogWithoutItsOldestEntriesIsVerified() throws Exception {
    Path checkpoint = folder.resolve("checkpoint");
    String key;
    String first;
    String last;
    try (Wiring server = start()) {
      Database database = server.database();
      for (int i = 0; i < 3; i++) {
        database.run(transaction ->
            transaction.record(
                new Change(
                    Actor.system(),
                    "test",
                    new Subject(SubjectType.SETTING, "x", "x"),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty())));
      }
      InstallationSigner signer = server.signer().orElseThrow();
      key = signer.publicKey();
      Files.writeString(
          checkpoint, signer.checkpoint(database.changeLog().head(), Instant.EPOCH).toString());
      first = "1:" + database.changeLog().page(0, 1).getFirst().hash().hex();
      new ChangeLogPruning(database).removeBefore(Instant.MAX, 2, signer);
      last = "4:" + database.changeLog().head().hash().hex();
    }
    Run run = run("changelog verify", Map.of());
    assertThat(run.code()).contains(0);
    assertThat(run.out())
        .startsWith("intact: 4 entries, head " + last.substring(2) + "; entries up to 2, of ")
        .contains("removed because of their age", key);
    assertThat(run("changelog verify " + last + " --key " + key, Map.of()).code()).contains(0);
    assertThat(run("changelog verify --checkpoint " + checkpoint, Map.of()).code()).contains(0);
    assertThat(run("changelog verify --key x", Map.of()).out())
        .startsWith("broken at entry 2: the anchor of the log is not signed with the key");
    assertThat(run("changelog verify --key", Map.of()).code()).contains(64);
    assertThat(run("changelog verify --key a --key b", Map.of()).code()).contains(64);
    assertThat(run("changelog verify " + last + " " + last, Map.of()).code()).contains(64);
    Run old = run("changelog verify " + first, Map.of());
    assertThat(old.code()).contains(2);
    assertThat(old.out())
        .startsWith("cannot be told: entry 1 was removed because of its age")
        .contains("What is kept is intact: 4 entries");

    Files.move(folder.resolve("secret.key"), folder.resolve("elsewhere"));
    assertThat(run("changelog verify", Map.of()).code()).contains(0);
    Files.writeString(folder.resolve("secret.key"), "ab".repeat(32));
    assertThat(run("changelog verify", Map.of()).out())
        .startsWith("broken at entry 2: the anchor of the log is not signed with the key");
  }

  @Test
  void theDatabaseIsCopiedBesideTheServerAndPutIntoAnEmptyOne() throws Exception {
    Path file = folder.resolve("copy");
    Path other = folder.resolve("other");
    assertThat(run("backup " + file, Map.of()).error()).contains("there is no file");
    try (Wiring server = start()) {
      assertThat(server.apiPort()).isPositive();
      Run backup = run("backup " + file, Map.of());
      assertThat(backup.code()).contains(0);
      assertThat(backup.out()).startsWith(file + ": ").contains(" rows, as of ");
      assertThat(run("restore " + file, Map.of()).error()).contains("another process uses");
    }
    assertThat(run("backup " + file, Map.of()).error()).contains("already");
    assertThat(run("restore " + file, Map.of()).error()).contains("not empty");

    Map<String, String> elsewhere = Map.of("CLAVIGER_DATA", other.toString());
    Run restore = run("restore " + file, elsewhere);
    assertThat(restore.code()).contains(0);
    assertThat(restore.out()).contains("the change log is intact: 1 entries from the backup");
    assertThat(run("changelog verify", elsewhere).out()).startsWith("intact: 2 entries");
  }

  @Test
  void aRehearsalLeavesNothingBehind() {
    Run run = run("rehearse", Map.of());
    assertThat(run.out()).isEmpty();
    assertThat(run.code()).contains(0);
    assertThat(folder).isEmptyDirectory();
  }

  /** In a process of its own: what it prints, that the login works, and that it stops when told. */
  @Test
  void theServerIntroducesItselfAndStopsWhenToldTo() throws Exception {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("--enable-native-access=ALL-UNNAMED", "-XX:TieredStopAtLevel=1"));
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.addAll(List.of("io.claviger.server.Main", "serve"));
    var builder = new ProcessBuilder(command);
    builder.environment().putAll(settings(Map.of()));
    builder.redirectError(ProcessBuilder.Redirect.DISCARD);
    Process process = builder.start();
    try (BufferedReader out = process.inputReader(StandardCharsets.UTF_8)) {
      String administrator = String.valueOf(out.readLine());
      String listens = String.valueOf(out.readLine());
      String password = administrator.replaceAll("^.* / (\\S+) \\(shown once\\)$", "$1");
      String url = listens.replaceAll("^Claviger listens on ", "");
      try (HttpClient client = HttpClient.newHttpClient()) {
        HttpResponse<String> login =
            client.send(
                HttpRequest.newBuilder(URI.create(url + "/auth/user"))
                    .header("Content-Type", "application/json")
                    .POST(
                        BodyPublishers.ofString(
                            "{\"email\":\"admin@localhost.localdomain\",\"password\":\""
                                + password
                                + "\"}"))
                    .build(),
                BodyHandlers.ofString());
        assertThat(login.statusCode()).as(administrator + listens).isEqualTo(200);
        assertThat(Json.parse(login.body().getBytes(StandardCharsets.UTF_8)).has("token")).isTrue();
        // The client keeps its connection open; that does not hold the server up.
        process.toHandle().destroy();
        assertThat(process.waitFor(5, TimeUnit.SECONDS)).isTrue();
      }
      assertThat(out.lines()).noneMatch(line -> line.contains("Administrator"));
    } finally {
      process.destroyForcibly();
    }
  }

  /** The only administrator has lost the telephone and the password. */
  @Test
  void anOperatorHelpsPeopleWhoCannotLogIn() throws Exception {
    for (boolean running : List.of(true, false)) {
      Optional<Wiring> server = running ? Optional.of(start()) : Optional.empty();
      String email = running ? "second@example.com" : "third@example.com";
      Run created = run("admin create " + email, Map.of());
      assertThat(created.out())
          .as(created.error())
          .contains("created: " + email + " / ")
          .contains("(shown once)");
      assertThat(created.code()).contains(0);
      assertThat(run("admin create " + email, Map.of()).error()).contains("has an account already");
      Run typed = run("admin create typed." + email + " --password-stdin", Map.of());
      assertThat(typed.out()).isEqualTo("created: typed." + email + "\n");
      assertThat(run("admin create nonsense", Map.of()).error()).contains("no e-mail address");
      assertThat(run("user unlock " + email, Map.of()).out()).contains("unlocked: " + email);
      assertThat(run("user unlock nobody@example.com", Map.of()).code()).contains(1);
      assertThat(run("user reset-two-factor " + email, Map.of()).code()).contains(1);
      assertThat(run("user reset-two-factor --all", Map.of()).out())
          .contains("second factors taken away: 0");
      assertThat(run("user unlock", Map.of()).code()).contains(64);
      assertThat(run("user unlock a@b.c --password-stdin", Map.of()).code()).contains(64);
      server.ifPresent(Wiring::close);
    }
    assertThat(run("changelog verify", Map.of()).out()).startsWith("intact: ");
  }
}
