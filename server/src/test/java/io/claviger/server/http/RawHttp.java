package io.claviger.server.http;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** A client that sends any bytes and reads one answer at a time. */
final class RawHttp implements AutoCloseable {
  private static final int READ_TIMEOUT_MILLIS = 10_000;

  private final Socket socket;
  private final InputStream in;

  /**
   * An answer.
   *
   * @param status 0 when the server closed the connection without one
   * @param headers by lower-case name
   * @param body as UTF-8
   */
  record Answer(int status, Map<String, String> headers, String body) {
    static final Answer CLOSED = new Answer(0, Map.of(), "");
  }

  RawHttp(int port) throws IOException {
    socket = new Socket(InetAddress.getLoopbackAddress(), port);
    socket.setSoTimeout(READ_TIMEOUT_MILLIS);
    socket.setTcpNoDelay(true);
    in = socket.getInputStream();
  }

  RawHttp send(String latin1) throws IOException {
    return send(latin1.getBytes(StandardCharsets.ISO_8859_1));
  }

  RawHttp send(byte[] bytes) throws IOException {
    socket.getOutputStream().write(bytes);
    return this;
  }

  void finishSending() throws IOException {
    socket.shutdownOutput();
  }

  /** The next answer; a reset connection counts as closed. */
  Answer read() throws IOException {
    return read(true);
  }

  Answer read(boolean hasBody) throws IOException {
    try {
      String statusLine = line();
      if (statusLine.isEmpty()) {
        return Answer.CLOSED;
      }
      Map<String, String> headers = new TreeMap<>();
      for (String line = line(); !line.isEmpty(); line = line()) {
        int colon = line.indexOf(':');
        headers.put(
            line.substring(0, colon).toLowerCase(Locale.ROOT), line.substring(colon + 1).strip());
      }
      int length = hasBody ? Integer.parseInt(headers.getOrDefault("content-length", "0")) : 0;
      String body = new String(in.readNBytes(length), StandardCharsets.UTF_8);
      return new Answer(Integer.parseInt(statusLine.split(" ")[1]), headers, body);
    } catch (SocketException e) {
      return Answer.CLOSED;
    }
  }

  /** Whether the server has closed the connection, or does so within the read time-out. */
  boolean isClosed() throws IOException {
    try {
      return in.read() < 0;
    } catch (SocketException e) {
      return true;
    }
  }

  private String line() throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    for (int b = in.read(); b >= 0 && b != '\n'; b = in.read()) {
      if (b != '\r') {
        line.write(b);
      }
    }
    return line.toString(StandardCharsets.ISO_8859_1);
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
