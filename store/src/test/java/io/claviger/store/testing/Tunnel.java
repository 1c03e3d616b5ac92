package io.claviger.store.testing;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * Stands between clients and a server on this machine, and can lose what comes on connections that
 * are there, as a network does that is cut somewhere: neither side is told.
 */
public final class Tunnel implements AutoCloseable {
  private final ServerSocket entrance;
  private final int exit;
  private final List<Line> lines = new CopyOnWriteArrayList<>();

  /** One connection. */
  private static final class Line {
    private final Socket client;
    private final Socket server;
    private final StringBuilder asked = new StringBuilder();
    private volatile boolean cut;

    Line(Socket client, Socket server) {
      this.client = client;
      this.server = server;
    }

    void begin() {
      Thread.ofVirtual().start(() -> carry(client, server, true));
      Thread.ofVirtual().start(() -> carry(server, client, false));
    }

    private synchronized void note(String text) {
      asked.append(text);
    }

    synchronized boolean hasAsked(String text) {
      return asked.indexOf(text) >= 0;
    }

    private void carry(Socket from, Socket to, boolean question) {
      try (from;
          to) {
        InputStream in = from.getInputStream();
        OutputStream out = to.getOutputStream();
        byte[] bytes = new byte[8192];
        for (int count = in.read(bytes); count >= 0; count = in.read(bytes)) {
          if (question) {
            note(new String(bytes, 0, count, StandardCharsets.ISO_8859_1));
          }
          if (!cut) {
            out.write(bytes, 0, count);
          }
        }
      } catch (IOException _) {
        // It has ended.
      }
    }
  }

  /** Leads to a port of this machine. */
  public Tunnel(int exit) {
    this.exit = exit;
    try {
      this.entrance = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Thread.ofVirtual().start(this::accept);
  }

  private void accept() {
    try {
      while (true) {
        Socket client = entrance.accept();
        Line line = new Line(client, new Socket(InetAddress.getLoopbackAddress(), exit));
        lines.add(line);
        line.begin();
      }
    } catch (IOException _) {
      // It is closed.
    }
  }

  /** Where clients come in. */
  public int port() {
    return entrance.getLocalPort();
  }

  /** Cuts the connections on which a client has said this; how many they are. */
  public long cut(String said) {
    List<Line> those = lines.stream().filter(line -> line.hasAsked(said)).toList();
    those.forEach(line -> line.cut = true);
    return those.size();
  }

  @Override
  public void close() throws IOException {
    entrance.close();
    for (Line line : lines) {
      line.client.close();
      line.server.close();
    }
  }
}
