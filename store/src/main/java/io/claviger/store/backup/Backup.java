package io.claviger.store.backup;

import io.claviger.store.DatabaseSettings;
import io.claviger.store.Offline;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.SQLException;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Objects;

/**
 * A whole database as one file: lines of JSON, compressed. The same for both databases, so that one
 * can be moved to the other. It holds what the database holds: digests and no secrets, but also
 * digests of passwords; keep it like the database.
 */
public final class Backup {
  private static final boolean POSIX =
      FileSystems.getDefault().supportedFileAttributeViews().contains("posix");

  private static final FileAttribute<?>[] OWNER_ONLY =
      POSIX
          ? new FileAttribute<?>[] {
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))
          }
          : new FileAttribute<?>[0];

  private Backup() {}

  /**
   * Writes one unchanging state of a database, also while a server writes to it. The file is there
   * only once it is complete and on the disk, and only its owner can read it.
   *
   * @throws BackupProblem when the file is there already or cannot be written
   * @throws io.claviger.store.StoreUnavailable when there is no such database
   */
  public static BackupSummary write(DatabaseSettings settings, Path file, InstantSource clock) {
    Path target = file.toAbsolutePath();
    Path folder = Objects.requireNonNull(target.getParent(), "a file is in a folder");
    try {
      if (Files.exists(target, LinkOption.NOFOLLOW_LINKS)) {
        throw new FileAlreadyExistsException(target.toString());
      }
      if (!Files.isDirectory(folder)) {
        throw new BackupProblem("cannot write " + target + ": there is no folder " + folder);
      }
      // A name of its own: another backup to the same file may be on its way.
      Path part = Files.createTempFile(folder, target.getFileName() + ".", ".part", OWNER_ONLY);
      try {
        BackupSummary summary = fill(settings, part, clock);
        flush(part);
        publish(part, target);
        flushFolder(folder);
        return summary;
      } finally {
        Files.deleteIfExists(part);
      }
    } catch (FileAlreadyExistsException e) {
      throw new BackupProblem("there is a file " + e.getFile() + " already", e);
    } catch (IOException | UncheckedIOException e) {
      throw new BackupProblem("cannot write " + target + ": " + e.getMessage(), e);
    }
  }

  private static BackupSummary fill(DatabaseSettings settings, Path part, InstantSource clock) {
    return Offline.read(
        settings,
        handle -> {
          try (BackupWriter writer = BackupWriter.open(part)) {
            return writer.write(
                handle.getConnection(), clock.instant().truncatedTo(ChronoUnit.MILLIS));
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          } catch (SQLException e) {
            throw new BackupProblem("the database cannot be read", e);
          }
        });
  }

  /**
   * Fills an empty database from a file, in one transaction, and brings its tables up to date. The
   * backup may be of an older version and of the other database.
   *
   * @throws BackupProblem when the file is no backup, damaged, incomplete or of a newer version, or
   *     when the database is not empty
   * @throws io.claviger.store.StoreUnavailable when the database does not answer or a server uses
   *     it
   */
  public static BackupSummary restore(DatabaseSettings settings, Path file) {
    try {
      BackupReader.Header header = BackupReader.check(file);
      Offline.fill(
          settings,
          header.schema(),
          handle -> {
            try (BackupReader reader = BackupReader.open(file)) {
              reader.restore(handle.getConnection());
            } catch (IOException e) {
              throw new UncheckedIOException(e);
            } catch (SQLException e) {
              throw new BackupProblem("the database refuses a row of the backup", e);
            }
          });
      return new BackupSummary(header.takenAt(), header.schema(), header.rows());
    } catch (NoSuchFileException e) {
      throw new BackupProblem("there is no file " + e.getFile(), e);
    } catch (IOException | UncheckedIOException e) {
      throw new BackupProblem(file + " cannot be read: " + e.getMessage(), e);
    }
  }

  /** A link is refused where there is a file; a move might replace one that has just come up. */
  private static void publish(Path part, Path target) throws IOException {
    try {
      Files.createLink(target, part);
    } catch (FileAlreadyExistsException e) {
      throw e;
    } catch (UnsupportedOperationException | FileSystemException _) {
      Files.move(part, target);
    }
  }

  /** Otherwise the name of the file might not outlive the machine. */
  private static void flushFolder(Path folder) throws IOException {
    if (POSIX) {
      try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
        channel.force(true);
      }
    }
  }

  private static void flush(Path file) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      channel.force(true);
    }
  }
}
