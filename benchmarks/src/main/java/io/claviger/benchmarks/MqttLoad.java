package io.claviger.benchmarks;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.BooleanSupplier;

/**
 * Makes MQTT 3.1.1 clients busy, byte by byte so that they cost little themselves.
 *
 * <p>Arguments: port, what to do, seconds or connections, a file with the key, its secret and one
 * device id a line. Prints one number: how many a second, or for {@code hold} how many are open.
 */
public final class MqttLoad {
  private static final int CONNECTING = 16;
  private static final int PUBLISHING = 20;
  private static final int WINDOW = 20;
  private static final byte[] DISCONNECT = {(byte) 0xe0, 0};
  private static final byte[] PAYLOAD =
      "{\"data\":{\"temperature\":21.5}}".getBytes(StandardCharsets.UTF_8);

  private final int port;
  private final String key;
  private final String secret;
  private final List<String> devices;

  private MqttLoad(int port, List<String> lines) {
    this.port = port;
    this.key = lines.get(0);
    this.secret = lines.get(1);
    this.devices = lines.subList(2, lines.size());
  }

  /** See the class. */
  public static void main(String[] arguments) throws Exception {
    MqttLoad load =
        new MqttLoad(
            Integer.parseInt(arguments[0]),
            Files.readAllLines(Path.of(arguments[3])).stream().toList());
    int amount = Integer.parseInt(arguments[2]);
    switch (arguments[1]) {
      case "connects" -> System.out.println(load.rate(CONNECTING, amount, load::connects));
      case "publishes" -> System.out.println(load.rate(PUBLISHING, amount, load::publishes));
      case "hold" -> load.hold(amount);
      default -> throw new IllegalArgumentException(arguments[1]);
    }
  }

  /** What one client does until its time is over; counts as it goes. */
  private interface Work {
    void run(String device, BooleanSupplier goOn, LongAdder count) throws IOException;
  }

  private long rate(int clients, int seconds, Work work)
      throws InterruptedException, ExecutionException {
    LongAdder count = new LongAdder();
    long end = System.nanoTime() + seconds * 1_000_000_000L;
    try (ExecutorService executor = Executors.newFixedThreadPool(clients)) {
      List<Future<?>> all = new ArrayList<>();
      for (int i = 0; i < clients; i++) {
        String device = devices.get(i);
        all.add(
            executor.submit(() -> {
              try {
                work.run(device, () -> System.nanoTime() < end, count);
              } catch (IOException e) {
                throw new UncheckedIOException(e);
              }
            }));
      }
      for (Future<?> one : all) {
        one.get();
      }
    }
    return count.sum() / seconds;
  }

  private void connects(String device, BooleanSupplier goOn, LongAdder count) throws IOException {
    while (goOn.getAsBoolean()) {
      try (Socket socket = connected(device)) {
        socket.getOutputStream().write(DISCONNECT);
        // The broker closes: only then may the same device come again without taking over.
        if (socket.getInputStream().read() < 0) {
          count.increment();
        }
      }
    }
  }

  private void publishes(String device, BooleanSupplier goOn, LongAdder count) throws IOException {
    try (Socket socket = connected(device)) {
      OutputStream out = new BufferedOutputStream(socket.getOutputStream());
      DataInputStream in = new DataInputStream(new BufferedInputStream(socket.getInputStream()));
      byte[] topic = text("load/" + device + "/topic");
      int id = 0;
      int open = 0;
      while (goOn.getAsBoolean() || open > 0) {
        while (open < WINDOW && goOn.getAsBoolean()) {
          id = id % 60_000 + 1;
          out.write(0x32);
          out.write(topic.length + 2 + PAYLOAD.length);
          out.write(topic);
          out.write(id >> 8);
          out.write(id);
          out.write(PAYLOAD);
          open++;
        }
        out.flush();
        do {
          if (in.readUnsignedByte() != 0x40 || in.readUnsignedByte() != 2) {
            throw new IOException("no PUBACK");
          }
          in.readUnsignedShort();
          open--;
          count.increment();
        } while (in.available() >= 4);
      }
    }
  }

  private void hold(int connections) throws IOException {
    List<Socket> open = new ArrayList<>();
    for (int i = 0; i < connections; i++) {
      open.add(connected(devices.get(i)));
    }
    System.out.println(open.size());
    while (System.in.read() >= 0) {
      // Until whoever measures has seen enough.
    }
    for (Socket socket : open) {
      socket.close();
    }
  }

  private Socket connected(String device) throws IOException {
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
    socket.setTcpNoDelay(true);
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    body.writeBytes(text("MQTT"));
    body.writeBytes(new byte[] {4, (byte) 0xc2, 0, 0});
    body.writeBytes(text(device));
    body.writeBytes(text(key));
    body.writeBytes(text(secret));
    ByteArrayOutputStream packet = new ByteArrayOutputStream();
    packet.write(0x10);
    packet.write((body.size() & 0x7f) | 0x80);
    packet.write(body.size() >> 7);
    packet.writeBytes(body.toByteArray());
    socket.getOutputStream().write(packet.toByteArray());
    byte[] answer = socket.getInputStream().readNBytes(4);
    if (answer.length < 4 || answer[3] != 0) {
      throw new IOException("was not let in: " + (answer.length < 4 ? "closed" : answer[3]));
    }
    return socket;
  }

  private static byte[] text(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    byte[] all = new byte[bytes.length + 2];
    all[0] = (byte) (bytes.length >> 8);
    all[1] = (byte) bytes.length;
    System.arraycopy(bytes, 0, all, 2, bytes.length);
    return all;
  }
}
