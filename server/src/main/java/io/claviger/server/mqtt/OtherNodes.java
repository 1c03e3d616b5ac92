package io.claviger.server.mqtt;

import com.hivemq.mqtt.message.publish.PUBLISH;
import io.claviger.core.id.DeviceId;
import io.claviger.server.nodes.NodeMessages;
import io.claviger.server.nodes.NodeMessages.Kind;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The brokers of the other nodes. What is published here is published there, once it may; and a
 * device that connects there has no connection here any more (DEV-9).
 *
 * <p>Of two connections that begin at the same time the one that is announced later stays: all
 * nodes hear the announcements in the same order, so they agree.
 */
final class OtherNodes {
  /**
   * Since when a session is taken to be announced, whatever has become of its announcement: much
   * longer than any takes.
   */
  private static final Duration ANNOUNCED_AT_LAST = Duration.ofSeconds(30);

  private static final int DEVICE_LENGTH = 24;

  private final NodeMessages nodes;
  private final Sessions sessions;
  private final AtomicLong last = new AtomicLong();

  OtherNodes(NodeMessages nodes, Sessions sessions) {
    this.nodes = nodes;
    this.sessions = sessions;
    nodes.on(Kind.CONNECTED, this::connected);
  }

  /** Passes a message on that is published here and may be. */
  void publish(PUBLISH publish) {
    if (nodes.hasPeers()) {
      nodes.send(Kind.PUBLISH, PublishCodec.write(publish));
    }
  }

  /** A device has connected here. */
  void announce(LiveSession session) {
    long number = last.incrementAndGet();
    session.announce(number);
    String text = session.device().text() + number;
    if (!nodes.hasPeers()
        || !nodes.send(Kind.CONNECTED, text.getBytes(StandardCharsets.US_ASCII))) {
      session.announced();
    }
  }

  private void connected(byte[] body, boolean own) {
    String text = new String(body, StandardCharsets.US_ASCII);
    if (text.length() <= DEVICE_LENGTH) {
      return;
    }
    DeviceId device = new DeviceId(text.substring(0, DEVICE_LENGTH));
    String number = text.substring(DEVICE_LENGTH);
    for (LiveSession session : sessions.of(device)) {
      if (own) {
        if (number.equals(Long.toString(session.announcement()))) {
          session.announced();
        }
      } else if (session.access().isPresent() && session.isAnnounced(ANNOUNCED_AT_LAST)) {
        session.end(Ending.TAKEN_OVER);
      }
    }
  }
}
