package io.claviger.server.mqtt;

import com.hivemq.extension.sdk.api.auth.SimpleAuthenticator;
import com.hivemq.extension.sdk.api.auth.parameter.SimpleAuthInput;
import com.hivemq.extension.sdk.api.auth.parameter.SimpleAuthOutput;
import com.hivemq.extensions.client.parameter.ConnectionAttributes;
import io.claviger.core.network.IpAddress;
import io.netty.channel.Channel;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * The gates of all connections. Also the second lock of the door: the broker lets in only whom the
 * gate of that very connection has let in, so a connection that came round its gate is refused.
 */
final class Gates implements SimpleAuthenticator {
  private static final String NUMBER = "claviger.gate";

  private volatile @Nullable GateServices services;
  private final AtomicLong last = new AtomicLong();
  private final Map<Long, DeviceGate> open = new ConcurrentHashMap<>();

  /** From now on there can be gates. */
  void begin(GateServices started) {
    services = started;
  }

  /** The gate of a new connection. */
  DeviceGate add(Optional<IpAddress> address) {
    GateServices started = services;
    if (started == null) {
      throw new IllegalStateException("a connection before the broker has started");
    }
    return new DeviceGate(started, address);
  }

  /** Makes the gate known to the broker, once the connection is set up. */
  void mark(Channel channel, DeviceGate gate) {
    long number = last.incrementAndGet();
    open.put(number, gate);
    channel.closeFuture().addListener(_ -> open.remove(number));
    ConnectionAttributes.getInstance(channel)
        .put(NUMBER, ByteBuffer.allocate(Long.BYTES).putLong(number).flip());
  }

  @Override
  public void onConnect(SimpleAuthInput input, SimpleAuthOutput output) {
    boolean admitted =
        input
            .getConnectionInformation()
            .getConnectionAttributeStore()
            .get(NUMBER)
            .map(number -> open.get(number.getLong()))
            .filter(DeviceGate::admitted)
            .isPresent();
    if (admitted) {
      output.authenticateSuccessfully();
    } else {
      output.failAuthentication();
    }
  }
}
