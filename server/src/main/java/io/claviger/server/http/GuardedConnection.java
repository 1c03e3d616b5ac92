package io.claviger.server.http;

import io.helidon.common.buffers.BufferData;
import io.helidon.common.buffers.DataReader;
import io.helidon.common.buffers.DataWriter;
import io.helidon.common.concurrency.limits.Limit;
import io.helidon.common.socket.HelidonSocket;
import io.helidon.common.socket.PeerInfo;
import io.helidon.common.task.InterruptableTask;
import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import io.helidon.http.Headers;
import io.helidon.http.WritableHeaders;
import io.helidon.webserver.CloseConnectionException;
import io.helidon.webserver.ConnectionContext;
import io.helidon.webserver.ListenerContext;
import io.helidon.webserver.ProxyProtocolData;
import io.helidon.webserver.Router;
import io.helidon.webserver.ServerConnectionException;
import io.helidon.webserver.spi.ServerConnection;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A connection with deadlines. It stands between the HTTP library and the socket, and each time it
 * waits for the client it says until when: for a request to begin, for its header, for its body, or
 * for the client to take the answer. {@link ConnectionWatch} closes it when that time has passed.
 * All but {@link #cutIfLate} runs on the connection's own thread.
 */
final class GuardedConnection
    implements ConnectionContext,
        ServerConnection,
        InterruptableTask<Void>,
        ConnectionWatch.Guarded {
  /** The connection that a request of this thread has come by. */
  private static final ScopedValue<GuardedConnection> CURRENT = ScopedValue.newInstance();

  private static final long NO_DEADLINE = Long.MAX_VALUE;

  /** How long what follows a refused request is thrown away, so that the client sees why. */
  private static final Duration LINGER_TIME = Duration.ofMillis(500);

  /** Enough for what a client has under way when it is refused. */
  private static final long LINGER_BYTES = 8 << 20;

  /** Chunks of one byte need six bytes on the wire. */
  private static final long CHUNK_OVERHEAD = 8;

  private static final long BODY_SLACK_BYTES = 64 << 10;

  private enum Phase {
    OPENED,
    AWAITING_REQUEST,
    READING_HEAD,
    READING_BODY
  }

  private final ConnectionContext context;
  private final HelidonSocket socket;
  private final HttpLimits limits;
  private final ConnectionWatch watch;
  private final HeadReader reader;
  private final DataWriter writer;
  private final ServerConnection http;

  private Phase phase = Phase.OPENED;
  private long readDeadline;
  private long bodyBytesLeft;
  private int status;
  private boolean inRequest;
  private boolean lastRequest;
  private Optional<String> method = Optional.empty();
  private volatile long deadline = NO_DEADLINE;

  GuardedConnection(
      ConnectionContext context,
      HttpLimits limits,
      ConnectionWatch watch,
      Function<ConnectionContext, ServerConnection> http) {
    this.context = context;
    this.socket = context.serverSocket();
    this.limits = limits;
    this.watch = watch;
    this.reader = new HeadReader();
    this.writer = new GuardedWriter(context.dataWriter());
    this.readDeadline = System.nanoTime() + limits.headTime().toNanos();
    this.http = http.apply(this);
  }

  /** Closes the socket when the client is overdue; called by the watch. */
  @Override
  public void cutIfLate(long now) {
    long until = deadline;
    if (until != NO_DEADLINE && now - until > 0) {
      try {
        socket.close();
      } catch (UncheckedIOException e) {
        // It was closed in the meantime, which is what was wanted.
      }
    }
  }

  /**
   * The method of the request as it was sent: it is case-sensitive (RFC 9110 section 9.1), and the
   * library knows it in upper case only.
   *
   * @param known what the library says
   */
  static String methodAsSent(String known) {
    return CURRENT.isBound() ? CURRENT.get().method.orElse(known) : known;
  }

  /** The request line was read. */
  void lineReceived() {
    method = reader.method();
  }

  /**
   * The header of a request is complete; a body may follow.
   *
   * @param last whether the client wants the connection to end with the answer
   */
  void headReceived(boolean last) {
    phase = Phase.READING_BODY;
    readDeadline = System.nanoTime() + limits.bodyTime().toNanos();
    bodyBytesLeft = CHUNK_OVERHEAD * limits.bodyBytes() + BODY_SLACK_BYTES;
    lastRequest = last;
    inRequest = true;
  }

  /** The answer is about to be written. */
  void answering(int code) {
    status = code;
    phase = Phase.AWAITING_REQUEST;
    readDeadline = System.nanoTime() + limits.idleTime().toNanos();
  }

  /** The headers of the answer, before they are written. */
  void headersToSend(Headers headers) {
    // RFC 9110 section 8.6: no Content-Length with 204, but the library sets it.
    if (status == 204 && headers instanceof WritableHeaders<?> writable) {
      writable.remove(HeaderNames.CONTENT_LENGTH);
    }
    // The library announces the end of a connection, and then takes what follows, such as the
    // rest of a refused body, for the next request. Before a header is complete it does end, and
    // must not be told so, for it would interrupt this thread.
    if (inRequest && (lastRequest || headers.containsToken(HeaderValues.CONNECTION_CLOSE))) {
      http.close(false);
    }
    inRequest = false;
  }

  private byte @Nullable [] read() {
    if (System.nanoTime() - readDeadline > 0) {
      throw new CloseConnectionException("the client is too slow");
    }
    byte @Nullable [] bytes;
    deadline = readDeadline;
    try {
      bytes = socket.get();
    } catch (UncheckedIOException e) {
      throw new ServerConnectionException("cannot read", e);
    } finally {
      deadline = NO_DEADLINE;
    }
    if (bytes == null) {
      return null;
    }
    switch (phase) {
      case OPENED, AWAITING_REQUEST -> {
        phase = Phase.READING_HEAD;
        readDeadline = System.nanoTime() + limits.headTime().toNanos();
      }
      case READING_HEAD -> {}
      case READING_BODY -> {
        bodyBytesLeft -= bytes.length;
        if (bodyBytesLeft < 0) {
          throw new CloseConnectionException("the transfer coding is larger than any body");
        }
      }
    }
    return bytes;
  }

  private void write(Runnable write) {
    deadline = System.nanoTime() + limits.writeTime().toNanos();
    try {
      write.run();
    } finally {
      deadline = NO_DEADLINE;
    }
  }

  @Override
  public void handle(Limit limit) throws InterruptedException {
    watch.add(this);
    try {
      ScopedValue.where(CURRENT, this)
          .call(() -> {
            http.handle(limit);
            return true;
          });
    } finally {
      if (status >= 400) {
        linger();
      }
      watch.remove(this);
    }
  }

  /** Closing with unread bytes resets the connection, and the client never sees the answer. */
  private void linger() {
    readDeadline = System.nanoTime() + LINGER_TIME.toNanos();
    phase = Phase.READING_BODY;
    bodyBytesLeft = LINGER_BYTES;
    try {
      while (read() != null) {
        // thrown away
      }
    } catch (CloseConnectionException e) {
      // Enough was read, or there is nobody left.
    }
  }

  @Override
  public Duration idleTime() {
    return http.idleTime();
  }

  @Override
  public void close(boolean interrupt) {
    http.close(interrupt);
  }

  @Override
  public boolean canInterrupt() {
    return http instanceof InterruptableTask<?> task && task.canInterrupt();
  }

  @Override
  public void run() {
    throw new UnsupportedOperationException("runs through handle");
  }

  @Override
  public DataReader dataReader() {
    return reader;
  }

  @Override
  public DataWriter dataWriter() {
    return writer;
  }

  @Override
  public ListenerContext listenerContext() {
    return context.listenerContext();
  }

  @Override
  public ExecutorService executor() {
    return context.executor();
  }

  @Override
  public Router router() {
    return context.router();
  }

  @Override
  public Optional<ProxyProtocolData> proxyProtocolData() {
    return context.proxyProtocolData();
  }

  @Override
  public HelidonSocket serverSocket() {
    return socket;
  }

  @Override
  public PeerInfo remotePeer() {
    return context.remotePeer();
  }

  @Override
  public PeerInfo localPeer() {
    return context.localPeer();
  }

  @Override
  public boolean isSecure() {
    return context.isSecure();
  }

  @Override
  public String socketId() {
    return context.socketId();
  }

  @Override
  public String childSocketId() {
    return context.childSocketId();
  }

  /** Remembers what was read last of a head. */
  private final class HeadReader extends DataReader {
    private byte[] last = {};

    @SuppressWarnings({"removal", "deprecation"}) // the other way in gives no reader of one's own
    HeadReader() {
      super(GuardedConnection.this::read);
    }

    @Override
    public byte[] readBytes(int length) {
      byte[] bytes = super.readBytes(length);
      if (phase != Phase.READING_BODY) {
        last = bytes;
      }
      return bytes;
    }

    /** The method in the request line that was just read, unless it is in upper case. */
    Optional<String> method() {
      byte[] line = last;
      last = new byte[0];
      boolean other = false;
      int end = 0;
      while (end < line.length && line[end] != ' ') {
        other |= line[end] >= 'a' && line[end] <= 'z';
        end++;
      }
      return other
          ? Optional.of(new String(line, 0, end, StandardCharsets.ISO_8859_1))
          : Optional.empty();
    }
  }

  /** Puts a deadline around each write. */
  private final class GuardedWriter implements DataWriter {
    private final DataWriter inner;

    GuardedWriter(DataWriter inner) {
      this.inner = inner;
    }

    @Override
    public void write(BufferData... buffers) {
      GuardedConnection.this.write(() -> inner.write(buffers));
    }

    @Override
    public void write(BufferData buffer) {
      GuardedConnection.this.write(() -> inner.write(buffer));
    }

    @Override
    public void writeNow(BufferData... buffers) {
      GuardedConnection.this.write(() -> inner.writeNow(buffers));
    }

    @Override
    public void writeNow(BufferData buffer) {
      GuardedConnection.this.write(() -> inner.writeNow(buffer));
    }

    @Override
    public void flush() {
      GuardedConnection.this.write(inner::flush);
    }
  }
}
