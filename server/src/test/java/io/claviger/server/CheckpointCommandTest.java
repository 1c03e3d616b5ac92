package io.claviger.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.claviger.server.scim.Tenant;
import io.claviger.server.testing.TestServer;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.node.ObjectNode;

/**
 * {@code claviger changelog verify --checkpoint}, as an outsider uses it: with a checkpoint that
 * was exported, the public key and the file of the database (LUC-12).
 */
class CheckpointCommandTest {
  @TempDir Path folder;

  private record Run(Optional<Integer> code, String out, String error) {}

  private static Run verify(Path data, Path checkpoint, String... more) {
    var out = new ByteArrayOutputStream();
    var error = new ByteArrayOutputStream();
    Main main =
        new Main(
            Map.of("CLAVIGER_DATA", data.toString()),
            new ByteArrayInputStream(new byte[0]),
            new PrintStream(out, true, StandardCharsets.UTF_8),
            new PrintStream(error, true, StandardCharsets.UTF_8));
    List<String> arguments =
        new ArrayList<>(List.of("changelog", "verify", "--checkpoint", checkpoint.toString()));
    arguments.addAll(List.of(more));
    return new Run(
        main.run(arguments),
        out.toString(StandardCharsets.UTF_8),
        error.toString(StandardCharsets.UTF_8));
  }

  /** What was exported, and a key that the server gave to everybody. */
  private record Exported(ObjectNode checkpoint, String key) {
    long entries() {
      return checkpoint.get("entries").longValue();
    }
  }

  /** Some life in a database, a checkpoint, and some more life. */
  private static Exported live(Path data) {
    try (TestServer server = TestServer.start(Map.of("CLAVIGER_DATA", data.toString()))) {
      Tenant tenant = new Tenant(server, "checkpoints");
      String id = tenant.newUser("one@checkpoints.example");
      tenant.newUser("two@checkpoints.example");
      tenant.scim("PATCH", "/Users/" + id, Tenant.patch("replace", "active", "false"));
      ObjectNode checkpoint =
          (ObjectNode)
              server
                  .send(
                      "GET",
                      "/orgs/" + tenant.organization + "/changeLog/checkpoint",
                      tenant.administrator.session())
                  .body();
      String key =
          server.send("GET", "/changeLog/publicKey", "").body().get("publicKey").stringValue();
      tenant.newUser("later@checkpoints.example");
      return new Exported(checkpoint, key);
    }
  }

  private Path file(String name, ObjectNode checkpoint) throws IOException {
    Path file = folder.resolve(name);
    Files.writeString(file, checkpoint.toString());
    return file;
  }

  private static Connection open(Path data) throws SQLException {
    return DriverManager.getConnection("jdbc:sqlite:" + data.resolve("claviger.db"));
  }

  private Path copy(Path data, String name) throws IOException {
    Path copy = folder.resolve(name);
    Files.createDirectories(copy);
    try (var files = Files.list(data)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Files.copy(file, copy.resolve(file.getFileName()), StandardCopyOption.REPLACE_EXISTING);
      }
    }
    return copy;
  }

  @Test
  void aLogThatGoesOnFitsItsCheckpoint() throws IOException {
    Path data = folder.resolve("data");
    Exported exported = live(data);
    Path checkpoint = file("checkpoint.json", exported.checkpoint());
    for (Run run :
        List.of(verify(data, checkpoint), verify(data, checkpoint, "--key", exported.key()))) {
      assertThat(run.code()).as(run.error() + run.out()).contains(0);
      assertThat(run.out()).startsWith("intact: ");
      long entries = Long.parseLong(run.out().split(" ", -1)[1]);
      assertThat(entries).isGreaterThan(exported.entries());
    }
    assertThat(verify(data, checkpoint, "--key").code()).contains(64);
    assertThat(verify(data, folder.resolve("absent")).error())
        .startsWith("Claviger: the checkpoint cannot be read");
  }

  /** One character of one column of one entry that was stored: whichever it is, it is found. */
  @Test
  void anEntryThatIsAlteredIsNamed() throws Exception {
    Path data = folder.resolve("data");
    Exported exported = live(data);
    Path checkpoint = file("checkpoint.json", exported.checkpoint());
    long sequence = exported.entries() - 1;
    List<String> columns = columns(data);
    assertThat(columns).hasSizeGreaterThan(15);
    for (String column : columns) {
      Path altered = copy(data, "altered-" + column);
      alter(altered, column, sequence);
      Run run = verify(altered, checkpoint, "--key", exported.key());
      assertThat(run.code()).as(column + ": " + run.out() + run.error()).contains(1);
      assertThat(run.out()).as(column).startsWith("broken at entry ");
    }
  }

  private static List<String> columns(Path data) throws SQLException {
    List<String> columns = new ArrayList<>();
    try (Connection connection = open(data);
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery("PRAGMA table_info(change_log)")) {
      while (rows.next()) {
        columns.add(rows.getString("name"));
      }
    }
    return columns;
  }

  private static void alter(Path data, String column, long sequence) throws SQLException {
    try (Connection connection = open(data);
        PreparedStatement statement =
            connection.prepareStatement(
                """
                UPDATE change_log SET %1$s = CASE typeof(%1$s)
                  WHEN 'null' THEN 'x'
                  WHEN 'integer' THEN %1$s + 1000000
                  WHEN 'blob' THEN CAST(zeroblob(31) || x'01' AS BLOB)
                  ELSE %1$s || 'x' END WHERE sequence = ?\
                """
                    .formatted(column))) {
      statement.setLong(1, sequence);
      assertThat(statement.executeUpdate()).as(column).isEqualTo(1);
    }
  }

  @Test
  void aLogWhoseEndIsCutIsRefused() throws Exception {
    Path data = folder.resolve("data");
    Exported exported = live(data);
    Path checkpoint = file("checkpoint.json", exported.checkpoint());
    try (Connection connection = open(data);
        Statement statement = connection.createStatement()) {
      statement.execute("DELETE FROM change_log WHERE sequence > " + (exported.entries() - 1));
    }
    Run cut = verify(data, checkpoint, "--key", exported.key());
    assertThat(cut.code()).as(cut.out() + cut.error()).contains(1);
    assertThat(cut.out()).startsWith("broken at entry " + exported.entries() + ": ");
  }

  /** Every hash of it is right, and it is another log all the same. */
  @Test
  void aLogThatWasWrittenAnewIsRefused() throws IOException {
    Exported exported = live(folder.resolve("data"));
    Path anew = folder.resolve("anew");
    Exported other = live(anew);
    assertThat(other.entries()).isEqualTo(exported.entries());
    Path checkpoint = file("checkpoint.json", exported.checkpoint());
    Run run = verify(anew, checkpoint, "--key", exported.key());
    assertThat(run.code()).contains(1);
    assertThat(run.out()).startsWith("broken at entry " + exported.entries() + ": ");

    // A checkpoint that fits the new log was signed with another key.
    Run forged = verify(anew, file("forged.json", other.checkpoint()), "--key", exported.key());
    assertThat(forged.code()).contains(1);
    assertThat(forged.error()).contains("signed with another key");
    ObjectNode relabelled = other.checkpoint().deepCopy().put("publicKey", exported.key());
    Run pretended = verify(anew, file("pretended.json", relabelled), "--key", exported.key());
    assertThat(pretended.code()).contains(1);
    assertThat(pretended.error()).contains("signature of the checkpoint is wrong");
  }

  @Test
  void aCheckpointThatIsAlteredIsRefused() throws IOException {
    Path data = folder.resolve("data");
    Exported exported = live(data);
    ObjectNode good = exported.checkpoint();
    List<ObjectNode> altered =
        List.of(
            good.deepCopy().put("entries", exported.entries() - 1),
            good.deepCopy().put("hash", "0" + good.get("hash").stringValue().substring(1)),
            good.deepCopy().put("hash", "1" + good.get("hash").stringValue().substring(1)),
            good.deepCopy().put("time", "2020-01-01T00:00:00.000Z"),
            good.deepCopy().put("signature", ""),
            good.deepCopy().put("signature", "AAAA"),
            good.deepCopy().put("publicKey", "AAAA"));
    int refused = 0;
    for (ObjectNode checkpoint : altered) {
      if (checkpoint.equals(good)) {
        continue; // one of the two hashes may be the right one
      }
      refused++;
      Run run = verify(data, file("altered.json", checkpoint));
      assertThat(run.code()).as("%s: %s", checkpoint, run).contains(1);
    }
    assertThat(refused).isGreaterThanOrEqualTo(altered.size() - 1);
    Path nothing = folder.resolve("nothing.json");
    Files.writeString(nothing, "{}");
    assertThat(verify(data, nothing).error()).contains("is no checkpoint");
  }
}
