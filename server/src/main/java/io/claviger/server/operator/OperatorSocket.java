package io.claviger.server.operator;

import io.claviger.server.http.Json;
import io.claviger.server.operator.Operator.Report;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Where a running server takes commands of operators: a socket in a folder that only the owner of
 * the data may enter. A SQLite file belongs to one process, so a command line beside the server
 * must ask it. One request, one answer, both JSON, until the end of each direction.
 */
public final class OperatorSocket implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(OperatorSocket.class);

  /** Some systems allow 104 bytes, others 108. */
  private static final int PATH_LENGTH_MAX = 100;

  private static final int REQUEST_BYTES_MAX = 64 * 1024;

  private final ServerSocketChannel channel;
  private final Path file;

  private OperatorSocket(ServerSocketChannel channel, Path file) {
    this.channel = channel;
    this.file = file;
  }

  private static Path file(Path data) {
    return data.toAbsolutePath().normalize().resolve("operator").resolve("claviger.sock");
  }

  /**
   * Listens; empty where the system has no such sockets, or the path is too long for one: then
   * commands wait until the server is stopped.
   *
   * @param data the folder of the database; no other server may have it
   */
  public static Optional<OperatorSocket> listen(
      Path data, Function<OperatorCommand, Report> operator) {
    Path file = file(data);
    if (file.toString().length() > PATH_LENGTH_MAX
        || !file.getFileSystem().supportedFileAttributeViews().contains("posix")) {
      return Optional.empty();
    }
    try {
      FileAttribute<?> ownerOnly =
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));
      Files.createDirectories(file.resolveSibling(""), ownerOnly);
      Files.setPosixFilePermissions(
          file.resolveSibling(""), PosixFilePermissions.fromString("rwx------"));
      Files.deleteIfExists(file);
      ServerSocketChannel channel = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
      channel.bind(UnixDomainSocketAddress.of(file));
      OperatorSocket socket = new OperatorSocket(channel, file);
      var _ = Thread.ofVirtual().name("operator").start(() -> socket.serve(operator));
      return Optional.of(socket);
    } catch (IOException | UnsupportedOperationException e) {
      LOG.warn("commands of operators are not taken while the server runs", e);
      return Optional.empty();
    }
  }

  private void serve(Function<OperatorCommand, Report> operator) {
    while (channel.isOpen()) {
      try (SocketChannel client = channel.accept()) {
        answer(client, operator);
      } catch (ClosedChannelException _) {
        return;
      } catch (IOException | RuntimeException e) {
        LOG.warn("a command of an operator failed", e);
      }
    }
  }

  private static void answer(SocketChannel client, Function<OperatorCommand, Report> operator)
      throws IOException {
    JsonNode request = Json.parse(read(client));
    List<String> words = new ArrayList<>();
    request.path("words").forEach(word -> words.add(word.stringValue()));
    JsonNode password = request.path("password");
    Report report =
        OperatorCommand.parse(
                words, password.isString() ? Optional.of(password.stringValue()) : Optional.empty())
            .map(operator)
            .orElseGet(() -> new Report(false, "the server does not know this command"));
    write(client, Json.emptyObject().put("done", report.done()).put("text", report.text()));
  }

  /**
   * Has a running server do it; empty when none listens.
   *
   * @throws IOException when the server goes away before it answers: it may have done it
   */
  public static Optional<Report> ask(Path data, List<String> words, Optional<String> password)
      throws IOException {
    Path file = file(data);
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
      if (!connected(channel, file)) {
        return Optional.empty();
      }
      ObjectNode request = Json.emptyObject();
      ArrayNode list = request.putArray("words");
      words.forEach(list::add);
      password.ifPresent(text -> request.put("password", text));
      write(channel, request);
      JsonNode answer = Json.parse(read(channel));
      return Optional.of(
          new Report(answer.get("done").booleanValue(), answer.get("text").stringValue()));
    }
  }

  /** A server that died left its socket. */
  private static boolean connected(SocketChannel channel, Path file) {
    try {
      return channel.connect(UnixDomainSocketAddress.of(file));
    } catch (IOException _) {
      return false;
    }
  }

  private static byte[] read(SocketChannel channel) throws IOException {
    InputStream in = Channels.newInputStream(channel);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    bytes.write(in.readNBytes(REQUEST_BYTES_MAX));
    return bytes.toByteArray();
  }

  private static void write(SocketChannel channel, JsonNode message) throws IOException {
    ByteBuffer bytes = ByteBuffer.wrap(Json.write(message));
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
    channel.shutdownOutput();
  }

  @Override
  public void close() {
    try {
      channel.close();
      Files.deleteIfExists(file);
    } catch (IOException e) {
      LOG.warn("the socket for operators could not be removed", e);
    }
  }
}
