package io.claviger.server.http;

import io.helidon.common.buffers.BufferData;
import io.helidon.http.HeaderValues;
import io.helidon.http.Headers;
import io.helidon.http.HttpPrologue;
import io.helidon.http.Status;
import io.helidon.webserver.ConnectionContext;
import io.helidon.webserver.http1.Http1Config;
import io.helidon.webserver.http1.Http1ConnectionListener;
import io.helidon.webserver.http1.Http1ConnectionSelector;
import io.helidon.webserver.spi.ServerConnection;
import io.helidon.webserver.spi.ServerConnectionSelector;
import java.util.Set;

/** Speaks HTTP/1.1 on every connection of a listener, under a {@link GuardedConnection}. */
final class GuardedSelector implements ServerConnectionSelector {
  private final HttpLimits limits;
  private final ConnectionWatch watch;
  private final Http1ConnectionSelector http1;

  GuardedSelector(HttpLimits limits, ConnectionWatch watch) {
    this.limits = limits;
    this.watch = watch;
    this.http1 =
        Http1ConnectionSelector.builder()
            .config(
                Http1Config.builder()
                    .maxPrologueLength(limits.requestLineBytes())
                    .maxHeadersSize(limits.headerBytes())
                    // The edge checks path and query itself, segment by segment.
                    .validatePath(false)
                    .validatePrologue(false)
                    .validateRequestHeaders(true)
                    // Response headers with line breaks must never leave.
                    .validateResponseHeaders(true)
                    .sendKeepAliveHeader(false)
                    // These two also take the place of the library's listeners, which would log
                    // headers with credentials.
                    .addReceiveListener(new Received())
                    .addSendListener(new Sent())
                    .build())
            .build();
  }

  @Override
  public int bytesToIdentifyConnection() {
    return 0;
  }

  @Override
  public Support supports(BufferData data) {
    return Support.SUPPORTED;
  }

  @Override
  public Set<String> supportedApplicationProtocols() {
    return http1.supportedApplicationProtocols();
  }

  @Override
  public ServerConnection connection(ConnectionContext context) {
    return new GuardedConnection(context, limits, watch, http1::connection);
  }

  private static final class Received implements Http1ConnectionListener {
    @Override
    public void prologue(ConnectionContext context, HttpPrologue prologue) {
      if (context instanceof GuardedConnection connection) {
        connection.lineReceived();
      }
    }

    @Override
    public void headers(ConnectionContext context, Headers headers) {
      if (context instanceof GuardedConnection connection) {
        connection.headReceived(headers.containsToken(HeaderValues.CONNECTION_CLOSE));
      }
    }
  }

  private static final class Sent implements Http1ConnectionListener {
    @Override
    public void status(ConnectionContext context, Status status) {
      if (context instanceof GuardedConnection connection) {
        connection.answering(status.code());
      }
    }

    @Override
    public void headers(ConnectionContext context, Headers headers) {
      if (context instanceof GuardedConnection connection) {
        connection.headersToSend(headers);
      }
    }
  }
}
