package io.claviger.server.mail;

import io.claviger.core.id.ObjectIdSource;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Set;

/**
 * Puts each message as a file {@code <id>.eml} (RFC 5322) into a folder, for an operator or a
 * program to deliver. The messages hold secrets: folder and files are for their owner alone. A file
 * is there whole or not at all; the names ascend in the order of the messages.
 */
public final class MailFolder implements Mail {
  private static final DateTimeFormatter DATE =
      DateTimeFormatter.ofPattern("EEE, dd MMM yyyy HH:mm:ss Z", Locale.ENGLISH)
          .withZone(ZoneOffset.UTC);

  private final Path folder;
  private final String from;
  private final InstantSource clock;
  private final ObjectIdSource ids;

  /**
   * Writes into a folder, which is made when the first message comes.
   *
   * @param from the sender's address
   */
  public MailFolder(Path folder, String from, InstantSource clock, ObjectIdSource ids) {
    this.folder = folder;
    this.from = from;
    this.clock = clock;
    this.ids = ids;
  }

  @Override
  public void send(Message message) {
    String id = ids.next();
    try {
      Files.createDirectories(folder, ownerOnly("rwx------"));
      Path unfinished = folder.resolve(id + ".unfinished");
      write(unfinished, format(id, message).getBytes(StandardCharsets.UTF_8));
      Files.move(unfinished, folder.resolve(id + ".eml"), StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw new MailUnavailable("cannot write into " + folder, e);
    }
  }

  private void write(Path file, byte[] content) throws IOException {
    try (FileChannel channel =
        FileChannel.open(
            file,
            Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
            ownerOnly("rw-------"))) {
      ByteBuffer buffer = ByteBuffer.wrap(content);
      while (buffer.hasRemaining()) {
        channel.write(buffer);
      }
      channel.force(true);
    }
  }

  private FileAttribute<?>[] ownerOnly(String permissions) {
    return folder.getFileSystem().supportedFileAttributeViews().contains("posix")
        ? new FileAttribute<?>[] {
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions))
        }
        : new FileAttribute<?>[0];
  }

  private String format(String id, Message message) {
    return String.join(
            "\n",
            "From: Claviger <" + from + ">",
            "To: " + message.to(),
            "Subject: " + message.subject(),
            "Date: " + DATE.format(clock.instant()),
            "Message-ID: <" + id + from.substring(from.indexOf('@')) + ">",
            "MIME-Version: 1.0",
            "Content-Type: text/plain; charset=utf-8",
            "Content-Transfer-Encoding: 8bit",
            "",
            message.text())
        .replace("\n", "\r\n");
  }
}
