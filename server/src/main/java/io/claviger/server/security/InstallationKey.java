package io.claviger.server.security;

import io.claviger.core.secret.Digest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HexFormat;
import java.util.Optional;
import java.util.Set;
import java.util.random.RandomGenerator;

/**
 * Finds the secret key of the installation: the setting {@code CLAVIGER_SECRET_KEY}, or, beside a
 * SQLite database, the file {@code secret.key} in the data folder, which is made when there is
 * none. Beside PostgreSQL there may be several nodes, or a folder that does not last: there only
 * the setting counts.
 */
public final class InstallationKey {
  private static final String LOST =
      ". If it is lost, 'claviger user reset-two-factor --all' takes all second factors away";

  private InstallationKey() {}

  /**
   * The box that the key opens; empty when there is none, as without the setting on PostgreSQL.
   *
   * @param setting the key of the settings
   * @param file where it is kept otherwise; empty to keep it nowhere
   * @param fingerprint of the key that the database was written with, if anything was sealed
   * @throws SecretKeyProblem when this is not that key, or it cannot be read
   */
  public static Optional<SecretBox> find(
      Optional<byte[]> setting,
      Optional<Path> file,
      Optional<Digest> fingerprint,
      RandomGenerator random) {
    Optional<byte[]> key =
        setting.or(() -> file.flatMap(path -> kept(path, fingerprint.isEmpty(), random)));
    Optional<SecretBox> box = key.map(bytes -> new SecretBox(bytes, random));
    if (fingerprint.isEmpty()) {
      return box;
    }
    if (box.isEmpty()) {
      throw new SecretKeyProblem(
          "the secret key with which second factors are sealed is missing: "
              + file.map(path -> "restore " + path + " or set CLAVIGER_SECRET_KEY")
                  .orElse("set CLAVIGER_SECRET_KEY")
              + LOST);
    }
    if (!box.get().fingerprint().equals(fingerprint.get())) {
      throw new SecretKeyProblem(
          (setting.isPresent() ? "CLAVIGER_SECRET_KEY" : file.map(Path::toString).orElse(""))
              + " is not the secret key with which second factors are sealed"
              + LOST);
    }
    return box;
  }

  /**
   * The box of the key that is there, whatever the database was written with; makes none.
   *
   * @throws SecretKeyProblem when the file holds no key
   */
  public static Optional<SecretBox> existing(
      Optional<byte[]> setting, Optional<Path> file, RandomGenerator random) {
    return setting
        .or(() -> file.flatMap(path -> kept(path, false, random)))
        .map(bytes -> new SecretBox(bytes, random));
  }

  private static Optional<byte[]> kept(Path file, boolean mayMake, RandomGenerator random) {
    try {
      if (Files.exists(file)) {
        return Optional.of(parse(Files.readString(file).strip(), file));
      }
      if (!mayMake) {
        return Optional.empty();
      }
      byte[] key = new byte[SecretBox.KEY_BYTES];
      random.nextBytes(key);
      make(file, key);
      return Optional.of(key);
    } catch (IOException e) {
      throw new UncheckedIOException("the secret key in " + file + " cannot be kept", e);
    }
  }

  private static byte[] parse(String text, Path file) {
    try {
      byte[] key = HexFormat.of().parseHex(text);
      if (key.length == SecretBox.KEY_BYTES) {
        return key;
      }
    } catch (IllegalArgumentException e) {
      // Answered below: the text is not repeated.
    }
    throw new SecretKeyProblem(file + " must hold 64 hexadecimal digits");
  }

  /** There whole or not at all, and for its owner alone. */
  private static void make(Path file, byte[] key) throws IOException {
    Path unfinished = file.resolveSibling(file.getFileName() + ".unfinished");
    Files.deleteIfExists(unfinished);
    FileAttribute<?>[] ownerOnly =
        file.getFileSystem().supportedFileAttributeViews().contains("posix")
            ? new FileAttribute<?>[] {
              PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))
            }
            : new FileAttribute<?>[0];
    try (FileChannel channel =
        FileChannel.open(
            unfinished,
            Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
            ownerOnly)) {
      String text = HexFormat.of().formatHex(key) + "\n";
      ByteBuffer buffer = ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII));
      while (buffer.hasRemaining()) {
        channel.write(buffer);
      }
      channel.force(true);
    }
    Files.move(unfinished, file, StandardCopyOption.ATOMIC_MOVE);
  }
}
