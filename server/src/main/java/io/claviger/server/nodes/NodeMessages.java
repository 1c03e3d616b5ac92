package io.claviger.server.nodes;

import io.claviger.store.Database;
import io.claviger.store.NodeChannel;
import io.prometheus.metrics.core.metrics.CounterWithCallback;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Messages of this node to the others and of the others to this one, by what they are about. All
 * nodes get them in the same order; what cannot be sent now is dropped.
 */
public final class NodeMessages implements AutoCloseable {
  /** What a message is about. Nodes of another release may know fewer or more. */
  public enum Kind {
    /** A message that goes through brokers. */
    PUBLISH('p'),
    /** A state or a command that has been kept. */
    DEVICE('d'),
    /** A device has connected. */
    CONNECTED('c');

    private final byte code;

    Kind(char code) {
      this.code = (byte) code;
    }

    private static Optional<Kind> of(byte code) {
      return Arrays.stream(values()).filter(kind -> kind.code == code).findFirst();
    }
  }

  /** Takes messages. */
  @FunctionalInterface
  public interface Handler {
    /**
     * A message came. Called by one thread; must be quick.
     *
     * @param own whether this node has sent it
     */
    void take(byte[] body, boolean own);
  }

  private final Map<Kind, Handler> handlers = new ConcurrentHashMap<>();
  private final NodeChannel channel;

  /**
   * Begins to listen.
   *
   * @param node a name of this node: 24 hexadecimal digits in lower case, new at each start
   * @throws io.claviger.store.StoreUnavailable when the database does not answer
   */
  public NodeMessages(Database database, String node) {
    this.channel = database.openChannel(node, this::received);
  }

  private void received(byte[] message, boolean own) {
    Kind.of(message[0])
        .map(handlers::get)
        .ifPresent(handler -> handler.take(Arrays.copyOfRange(message, 1, message.length), own));
  }

  /** Has somebody called with every message of a kind from now on. */
  public void on(Kind kind, Handler handler) {
    handlers.put(kind, handler);
  }

  /** Whether there is another node, as far as is known. */
  public boolean hasPeers() {
    return channel.hasPeers();
  }

  /**
   * Sends a message to all nodes. Never blocks.
   *
   * @return whether it is on its way; otherwise it is dropped
   */
  public boolean send(Kind kind, byte[] body) {
    byte[] message = new byte[body.length + 1];
    message[0] = kind.code;
    System.arraycopy(body, 0, message, 1, body.length);
    return channel.send(message);
  }

  /** Adds {@code claviger_node_messages_total}. */
  public void addTo(PrometheusRegistry registry) {
    CounterWithCallback.builder()
        .name("claviger_node_messages_total")
        .help("Messages between the nodes of one database.")
        .labelNames("outcome")
        .callback(callback -> {
          NodeChannel.Traffic traffic = channel.traffic();
          callback.call((double) traffic.sent(), "sent");
          callback.call((double) traffic.received(), "received");
          callback.call((double) traffic.lost(), "lost");
        })
        .register(registry);
  }

  @Override
  public void close() {
    channel.close();
  }
}
