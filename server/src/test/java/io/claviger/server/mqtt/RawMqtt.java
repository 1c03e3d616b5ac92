package io.claviger.server.mqtt;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/**
 * MQTT 3.1.1 and 5 byte by byte: says what no client library would, and shows what is answered
 * without anything in between.
 */
final class RawMqtt implements AutoCloseable {
  static final int CONNACK = 2;
  static final int PUBLISH = 3;
  static final int PUBACK = 4;
  static final int SUBACK = 9;
  static final int UNSUBACK = 11;
  static final int PINGRESP = 13;
  static final int DISCONNECT = 14;

  /** A packet: its type, the four bits behind it, and the rest. */
  record Packet(int type, int flags, ByteBuffer body) {
    /** The topic of a PUBLISH. */
    String topic() {
      return text().substring(2, 2 + ((at(0) << 8) | at(1)));
    }

    /** The unsigned byte at a place. */
    int at(int index) {
      return body.get(index) & 0xff;
    }

    int length() {
      return body.limit();
    }

    /** All of it, a character for each byte. */
    String text() {
      return StandardCharsets.ISO_8859_1.decode(body.duplicate()).toString();
    }
  }

  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private final Socket socket;
  private final boolean five;

  /** Messages that came before the answer that was waited for. */
  private final Deque<Packet> early = new ArrayDeque<>();

  RawMqtt(int port, boolean five) {
    this.five = five;
    try {
      socket = new Socket(InetAddress.getLoopbackAddress(), port);
      socket.setTcpNoDelay(true);
      socket.setSoTimeout((int) PATIENCE.toMillis());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A connection on which a device was let in. */
  static RawMqtt connected(Plant plant, String device, Plant.Key key, boolean five) {
    RawMqtt client = new RawMqtt(plant.port(), five);
    int code = client.connect(device, key.key(), key.secret());
    if (code != 0) {
      throw new AssertionError("CONNACK " + code);
    }
    return client;
  }

  /** How long to wait for an answer. */
  void patience(Duration most) {
    try {
      socket.setSoTimeout((int) most.toMillis());
    } catch (SocketException e) {
      throw new UncheckedIOException(e);
    }
  }

  static byte[] text(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    byte[] all = new byte[bytes.length + 2];
    all[0] = (byte) (bytes.length >> 8);
    all[1] = (byte) bytes.length;
    System.arraycopy(bytes, 0, all, 2, bytes.length);
    return all;
  }

  void raw(byte[] bytes) {
    try {
      socket.getOutputStream().write(bytes);
      socket.getOutputStream().flush();
    } catch (SocketException e) {
      // The other side may have closed already; what it answered is still to be read.
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  void send(int first, byte[]... parts) {
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      body.writeBytes(part);
    }
    ByteArrayOutputStream packet = new ByteArrayOutputStream();
    packet.write(first);
    int left = body.size();
    do {
      packet.write((left & 0x7f) | (left > 0x7f ? 0x80 : 0));
      left >>>= 7;
    } while (left > 0);
    packet.writeBytes(body.toByteArray());
    raw(packet.toByteArray());
  }

  /** The next packet; empty when the other side has closed. */
  Optional<Packet> read() {
    try {
      InputStream in = socket.getInputStream();
      int first = in.read();
      if (first < 0) {
        return Optional.empty();
      }
      int length = 0;
      int shift = 0;
      int next;
      do {
        next = in.read();
        length |= (next & 0x7f) << shift;
        shift += 7;
      } while ((next & 0x80) != 0);
      return Optional.of(
          new Packet(first >> 4, first & 0xf, ByteBuffer.wrap(in.readNBytes(length))));
    } catch (SocketTimeoutException e) {
      throw new AssertionError("no answer", e);
    } catch (SocketException e) {
      return Optional.empty();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The next packet that is no message. */
  private Optional<Packet> answer() {
    Optional<Packet> packet = read();
    while (packet.isPresent() && packet.get().type() == PUBLISH) {
      early.add(packet.get());
      packet = read();
    }
    return packet;
  }

  /** Whether the other side closes, whatever it says before. */
  boolean closes() {
    Optional<Packet> packet = read();
    while (packet.isPresent()) {
      packet = read();
    }
    return true;
  }

  int connect(String clientId, String user, String password) {
    return connect(clientId, Optional.of(user), Optional.of(password), 0, new byte[0]);
  }

  /** The code of the CONNACK, or -1 when there is none. */
  int connect(
      String clientId,
      Optional<String> user,
      Optional<String> password,
      int moreFlags,
      byte[] will) {
    int flags =
        0x02 | (user.isPresent() ? 0x80 : 0) | (password.isPresent() ? 0x40 : 0) | moreFlags;
    return connect(
        text("MQTT"),
        new byte[] {(byte) (five ? 5 : 4), (byte) flags, 0, 60},
        five ? new byte[] {0} : new byte[0],
        text(clientId),
        will,
        user.map(RawMqtt::text).orElse(new byte[0]),
        password.map(RawMqtt::text).orElse(new byte[0]));
  }

  int connect(byte[]... parts) {
    send(0x10, parts);
    Optional<Packet> answer = read();
    if (answer.isEmpty()) {
      return -1;
    }
    if (answer.get().type() != CONNACK) {
      throw new AssertionError(answer.get());
    }
    return answer.get().at(1);
  }

  void publish(String topic, String payload, int qos, int id) {
    ByteArrayOutputStream head = new ByteArrayOutputStream();
    try (DataOutputStream out = new DataOutputStream(head)) {
      out.write(text(topic));
      if (qos > 0) {
        out.writeShort(id);
      }
      if (five) {
        out.write(0);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    send(0x30 | (qos << 1), head.toByteArray(), payload.getBytes(StandardCharsets.UTF_8));
  }

  /**
   * What comes of a message with quality of service 1: the code of its PUBACK, or -1 when the
   * connection ends instead.
   */
  int published(String topic, String payload) {
    publish(topic, payload, 1, 7);
    Optional<Packet> answer = answer();
    if (answer.isEmpty() || answer.get().type() == DISCONNECT) {
      return -1;
    }
    if (answer.get().type() != PUBACK) {
      throw new AssertionError(answer.get());
    }
    return answer.get().length() > 2 ? answer.get().at(2) : 0;
  }

  /** The codes of the SUBACK. */
  List<Integer> subscribe(int qos, String... filters) {
    List<byte[]> parts = new ArrayList<>();
    parts.add(five ? new byte[] {0, 9, 0} : new byte[] {0, 9});
    for (String filter : filters) {
      parts.add(text(filter));
      parts.add(new byte[] {(byte) qos});
    }
    send(0x82, parts.toArray(byte[][]::new));
    Packet answer = answer().orElseThrow();
    if (answer.type() != SUBACK) {
      throw new AssertionError(answer);
    }
    List<Integer> codes = new ArrayList<>();
    for (int i = five ? 3 : 2; i < answer.length(); i++) {
      codes.add(answer.at(i));
    }
    return codes;
  }

  /** The topics of messages that come until the answer to a ping, which is behind all of them. */
  List<String> received() {
    send(0xc0);
    Packet pong = answer().orElseThrow();
    if (pong.type() != PINGRESP) {
      throw new AssertionError(pong);
    }
    List<String> topics = early.stream().map(Packet::topic).toList();
    early.clear();
    return topics;
  }

  /**
   * The topics of so many messages, and of those that came with the last of them. A message is
   * delivered some time after it was acknowledged to its sender.
   */
  List<String> received(int expected) {
    List<String> topics = new ArrayList<>(received());
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (topics.size() < expected && System.nanoTime() < end) {
      topics.addAll(received());
    }
    return topics;
  }

  @Override
  public void close() {
    try {
      socket.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
