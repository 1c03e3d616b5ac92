package io.claviger.store.backup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.claviger.core.change.Actor;
import io.claviger.core.change.Change;
import io.claviger.core.change.Subject;
import io.claviger.core.change.SubjectType;
import io.claviger.core.change.Verification;
import io.claviger.store.ChangeLogCheck;
import io.claviger.store.Database;
import io.claviger.store.DatabaseSettings;
import io.claviger.store.StoreUnavailable;
import io.claviger.store.testing.TestDatabases;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class BackupTest {
  private static final InstantSource CLOCK = InstantSource.system();

  @TempDir Path folder;
  private int files;

  enum Kind {
    SQLITE,
    POSTGRESQL
  }

  private DatabaseSettings settings(Kind kind, String name) throws IOException {
    return switch (kind) {
      case SQLITE -> TestDatabases.sqlite(Files.createDirectories(folder.resolve(name)));
      case POSTGRESQL -> TestDatabases.postgres();
    };
  }

  private Path file() {
    return folder.resolve("backup-" + files++);
  }

  private static Change changed(String id) {
    return new Change(
        Actor.system(),
        "test.change",
        new Subject(SubjectType.SETTING, id, "Grüße \uD83D\uDD11 \"quoted\"\n"),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.of("{\"a\":1}"));
  }

  private static void change(Database database, String id) {
    database.run(transaction -> transaction.record(changed(id)));
  }

  private static List<String> lines(Path backup) throws IOException {
    try (var in = new GZIPInputStream(Files.newInputStream(backup))) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
    }
  }

  private Path written(List<String> lines) throws IOException {
    Path file = file();
    try (var out = new GZIPOutputStream(Files.newOutputStream(file))) {
      out.write((String.join("\n", lines) + "\n").getBytes(StandardCharsets.UTF_8));
    }
    return file;
  }

  static Stream<Arguments> ways() {
    return Arrays.stream(Kind.values())
        .flatMap(from -> Arrays.stream(Kind.values()).map(to -> Arguments.of(from, to)));
  }

  @ParameterizedTest
  @MethodSource("ways")
  void whatIsRestoredIsWhatWasThere(Kind from, Kind to) throws IOException {
    DatabaseSettings source = settings(from, "source");
    try (Database database = Database.open(source, CLOCK)) {
      database.run(transaction -> {
        for (int i = 0; i < 2_500; i++) {
          transaction.record(changed("change " + i));
        }
        transaction
            .handle()
            .createUpdate(
                "INSERT INTO login_failure (email_digest, failures, failed_at)"
                    + " VALUES (:digest, 3, 5)")
            .bind("digest", new byte[] {0, -1, 127, -128})
            .execute();
      });
    }
    Path first = file();
    BackupSummary summary = Backup.write(source, first, CLOCK);
    DatabaseSettings target = settings(to, "target");

    assertThat(Backup.restore(target, first)).isEqualTo(summary);

    assertThat(ChangeLogCheck.verify(target)).isEqualTo(ChangeLogCheck.verify(source));
    Path second = file();
    Backup.write(target, second, CLOCK);
    assertThat(sortedRows(second)).isEqualTo(sortedRows(first)).hasSizeGreaterThan(2_500);
  }

  /** Rows may come in any order, and so may columns of the other database. */
  private static List<String> sortedRows(Path backup) throws IOException {
    return lines(backup).stream().skip(1).sorted().toList();
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void aBackupBesideAWriterHoldsAllThatWasAcknowledgedBefore(Kind kind) throws Exception {
    DatabaseSettings source = settings(kind, "busy");
    AtomicBoolean done = new AtomicBoolean();
    AtomicLong acknowledged = new AtomicLong();
    try (Database database = Database.open(source, CLOCK)) {
      Thread writer =
          Thread.ofPlatform()
              .start(() -> {
                while (!done.get()) {
                  change(database, "n");
                  acknowledged.incrementAndGet();
                }
              });
      for (int round = 0; round < 2; round++) {
        long before = acknowledged.get();
        Path file = file();
        Backup.write(source, file, CLOCK);
        DatabaseSettings target = settings(kind, "target" + round);
        Backup.restore(target, file);
        assertThat(ChangeLogCheck.verify(target))
            .isInstanceOfSatisfying(
                Verification.Intact.class,
                intact -> assertThat(intact.count()).isGreaterThanOrEqualTo(before));
      }
      done.set(true);
      writer.join();
    }
    assertThat(acknowledged.get()).isPositive();
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void aDatabaseThatHoldsSomethingIsLeftAlone(Kind kind) throws IOException {
    DatabaseSettings source = settings(kind, "source");
    try (Database database = Database.open(source, CLOCK)) {
      change(database, "kept");
    }
    Path file = file();
    Backup.write(source, file, CLOCK);
    Verification before = ChangeLogCheck.verify(source);

    assertThatThrownBy(() -> Backup.restore(source, file))
        .isInstanceOf(BackupProblem.class)
        .hasMessageContaining("not empty");

    assertThat(ChangeLogCheck.verify(source)).isEqualTo(before);
  }

  @Test
  void aDatabaseInUseIsLeftAlone() throws IOException {
    DatabaseSettings source = settings(Kind.SQLITE, "source");
    try (Database database = Database.open(source, CLOCK)) {
      change(database, "kept");
      Path file = file();
      Backup.write(source, file, CLOCK);

      assertThatThrownBy(() -> Backup.restore(source, file)).isInstanceOf(StoreUnavailable.class);
    }
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void aDamagedOrIncompleteBackupChangesNothing(Kind kind) throws IOException {
    DatabaseSettings source = settings(kind, "source");
    try (Database database = Database.open(source, CLOCK)) {
      change(database, "one");
      change(database, "two");
    }
    Path file = file();
    Backup.write(source, file, CLOCK);
    byte[] bytes = Files.readAllBytes(file);
    List<String> lines = lines(file);
    DatabaseSettings target = settings(kind, "target");

    for (int cut : new int[] {0, 5, bytes.length / 2, bytes.length - 1}) {
      Path half = Files.write(file(), Arrays.copyOf(bytes, cut));
      assertThatThrownBy(() -> Backup.restore(target, half)).isInstanceOf(BackupProblem.class);
    }
    for (int line = 0; line < lines.size(); line++) {
      List<String> without = new ArrayList<>(lines);
      without.remove(line);
      Path damaged = written(without);
      assertThatThrownBy(() -> Backup.restore(target, damaged))
          .as("without line %d: %s", line, lines.get(line))
          .isInstanceOf(BackupProblem.class);
    }
    Path flipped = written(lines.stream().map(l -> l.replace("]", ",7]")).toList());
    assertThatThrownBy(() -> Backup.restore(target, flipped)).isInstanceOf(BackupProblem.class);

    Backup.restore(target, file);
    assertThat(ChangeLogCheck.verify(target)).isEqualTo(ChangeLogCheck.verify(source));
  }

  @Test
  void namesInAFileNeverBecomeStatements() throws IOException {
    DatabaseSettings source = settings(Kind.SQLITE, "source");
    Database.open(source, CLOCK).close();
    Path file = file();
    Backup.write(source, file, CLOCK);
    List<String> lines =
        lines(file).stream()
            .map(line -> line.replace("\"change_log\"", "\"change_log; DROP TABLE app_user\""))
            .toList();
    Path hostile = written(lines);
    DatabaseSettings target = settings(Kind.SQLITE, "target");

    assertThatThrownBy(() -> Backup.restore(target, hostile))
        .isInstanceOf(BackupProblem.class)
        .hasMessageContaining("damaged");
  }

  @Test
  void whatNoColumnCanHoldIsDamage() throws IOException {
    DatabaseSettings source = settings(Kind.SQLITE, "source");
    try (Database database = Database.open(source, CLOCK)) {
      change(database, "one");
    }
    Path file = file();
    Backup.write(source, file, CLOCK);
    List<String> lines = lines(file);
    DatabaseSettings target = settings(Kind.SQLITE, "target");
    for (String[] change :
        new String[][] {{"{\"bytes\":\"", "{\"bytes\":\"*"}, {"[1,", "[" + "9".repeat(30) + ","}}) {
      List<String> changed =
          lines.stream().map(line -> line.replace(change[0], change[1])).toList();
      assertThat(changed).isNotEqualTo(lines);
      Path odd = written(changed);
      assertThatThrownBy(() -> Backup.restore(target, odd))
          .as(change[1])
          .isInstanceOf(BackupProblem.class)
          .hasMessageContaining("damaged");
    }
  }

  @Test
  void otherFilesAreNoBackups() throws IOException {
    DatabaseSettings target = settings(Kind.SQLITE, "target");
    for (String text : List.of("{}", "[]", "{\"claviger\":\"backup\",\"format\":99}", "hello")) {
      Path file = written(List.of(text));
      assertThatThrownBy(() -> Backup.restore(target, file)).isInstanceOf(BackupProblem.class);
    }
    Path plain = Files.write(file(), new byte[9]);
    assertThatThrownBy(() -> Backup.restore(target, plain)).isInstanceOf(BackupProblem.class);
    assertThatThrownBy(() -> Backup.restore(target, folder.resolve("absent")))
        .isInstanceOf(BackupProblem.class)
        .hasMessageContaining("there is no file");
  }

  /** Later migrations would have made something of the rows, and would never see these. */
  @ParameterizedTest
  @EnumSource(Kind.class)
  void anOlderBackupIsNotPutIntoNewerTables(Kind kind) throws IOException {
    DatabaseSettings source = settings(kind, "source");
    try (Database database = Database.open(source, CLOCK)) {
      change(database, "one");
    }
    Path file = file();
    String schema = Backup.write(source, file, CLOCK).schema();
    List<String> lines = lines(file);
    DatabaseSettings target = settings(kind, "target");
    Path damaged = written(lines.stream().map(line -> line.replace("]", ",7]")).toList());
    assertThatThrownBy(() -> Backup.restore(target, damaged)).isInstanceOf(BackupProblem.class);

    Path older = written(withSchema(lines, schema, "10"));
    assertThatThrownBy(() -> Backup.restore(target, older))
        .isInstanceOf(StoreUnavailable.class)
        .hasMessageContaining(schema + " already and not 10");

    for (String odd : List.of("", "latest", "1; DROP TABLE app_user")) {
      Path wrong = written(withSchema(lines, schema, odd));
      assertThatThrownBy(() -> Backup.restore(target, wrong))
          .isInstanceOf(BackupProblem.class)
          .hasMessageContaining("line 1");
    }
    Path newer = written(withSchema(lines, schema, "999"));
    assertThatThrownBy(() -> Backup.restore(target, newer))
        .isInstanceOf(StoreUnavailable.class)
        .hasMessageContaining("newer version");

    Backup.restore(target, file);
    assertThat(ChangeLogCheck.verify(target)).isEqualTo(ChangeLogCheck.verify(source));
  }

  private static List<String> withSchema(List<String> lines, String before, String after) {
    List<String> changed = new ArrayList<>(lines);
    changed.set(0, lines.getFirst().replace("\"schema\":\"" + before, "\"schema\":\"" + after));
    return changed;
  }

  /** Two at the same time do not write into each other's file. */
  @Test
  void aBackupOnItsWayIsLeftAlone() throws Exception {
    DatabaseSettings source = settings(Kind.SQLITE, "source");
    try (Database database = Database.open(source, CLOCK)) {
      for (int i = 0; i < 200; i++) {
        change(database, "change " + i);
      }
    }
    Path file = file();
    Path other = folder.resolve(file.getFileName() + ".part");
    Files.writeString(other, "of another");
    AtomicLong written = new AtomicLong();
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      threads.add(
          Thread.ofPlatform()
              .start(() -> {
                try {
                  Backup.write(source, file, CLOCK);
                  written.incrementAndGet();
                } catch (BackupProblem _) {
                  // The file of another one was there first.
                }
              }));
    }
    for (Thread thread : threads) {
      thread.join();
    }
    assertThat(written).hasValue(1);
    assertThat(Files.readString(other)).isEqualTo("of another");
    assertThat(lines(file).getLast()).contains("\"end\":true");
  }

  @Test
  void aFolderThatIsNotThereIsNamed() throws IOException {
    DatabaseSettings source = settings(Kind.SQLITE, "source");
    Database.open(source, CLOCK).close();
    Path absent = file().resolveSibling("absent");

    assertThatThrownBy(() -> Backup.write(source, absent.resolve("backup"), CLOCK))
        .isInstanceOf(BackupProblem.class)
        .hasMessageEndingWith(": there is no folder " + absent);
  }

  @Test
  void aFileIsNeverOverwrittenAndOnlyItsOwnerReadsIt() throws IOException {
    DatabaseSettings source = settings(Kind.SQLITE, "source");
    Database.open(source, CLOCK).close();
    Path file = file();
    Backup.write(source, file, CLOCK);
    byte[] before = Files.readAllBytes(file);

    assertThatThrownBy(() -> Backup.write(source, file, CLOCK))
        .isInstanceOf(BackupProblem.class)
        .hasMessageContaining("already");

    assertThat(Files.readAllBytes(file)).isEqualTo(before);
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
    try (Stream<Path> left = Files.list(folder)) {
      assertThat(left.filter(path -> path.toString().endsWith(".part"))).isEmpty();
    }
  }
}
