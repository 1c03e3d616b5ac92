package io.claviger.server;

import io.claviger.core.id.ObjectIdSource;
import io.claviger.core.network.TrustedProxies;
import io.claviger.core.scope.Catalogue;
import io.claviger.server.access.Access;
import io.claviger.server.access.Bearers;
import io.claviger.server.access.CredentialUse;
import io.claviger.server.access.Places;
import io.claviger.server.api.Api;
import io.claviger.server.api.Changes;
import io.claviger.server.count.PayloadCounts;
import io.claviger.server.devicelogin.DeviceLogins;
import io.claviger.server.mqtt.ApplicationMessages;
import io.claviger.server.mqtt.Broker;
import io.claviger.server.mqtt.StateBridge;
import io.claviger.server.nodes.NodeMessages;
import io.claviger.server.security.RateLimiter;
import io.claviger.server.settings.Settings;
import io.claviger.server.state.MessageRates;
import io.claviger.server.state.StateFeature;
import io.claviger.server.state.TopicTaps;
import io.claviger.store.Database;
import io.claviger.store.facts.Facts;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.time.InstantSource;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What goes between devices and those who look after them, put together: states and commands, the
 * broker, and the way to the other nodes.
 */
final class DeviceTraffic implements AutoCloseable {
  private final Settings settings;
  private final Database database;
  private final ObjectIdSource ids;
  private final InstantSource clock;
  private final PayloadCounts counts;
  private final TopicTaps taps;
  private final NodeMessages nodes;
  private final StateFeature states;
  private final ApplicationMessages messages;

  private @Nullable StateBridge bridge;
  private volatile @Nullable Broker broker;

  DeviceTraffic(
      Settings settings,
      Database database,
      Access access,
      Catalogue catalogue,
      Changes changes,
      ObjectIdSource ids,
      InstantSource clock,
      PayloadCounts counts) {
    this.settings = settings;
    this.database = database;
    this.ids = ids;
    this.clock = clock;
    this.counts = counts;
    this.taps = new TopicTaps(settings.mqtt().enabled());
    MessageRates rates = new MessageRates(settings.mqtt().topicLimit(), clock);
    this.nodes = new NodeMessages(database, ids.next());
    this.states =
        new StateFeature(
            database, changes, ids, clock, settings.stateRetention(), rates, counts, taps, nodes);
    this.messages = new ApplicationMessages(settings.mqtt(), access, catalogue, rates, counts);
  }

  /** Adds the actions. */
  void addTo(Api api) {
    states.addTo(api);
    messages.addTo(api);
  }

  /** What decides about devices. */
  record Decisions(
      Facts facts,
      Bearers bearers,
      Places places,
      DeviceLogins logins,
      RateLimiter failures,
      CredentialUse use,
      TrustedProxies proxies) {}

  /**
   * Starts the broker, unless it is switched off.
   *
   * @throws RuntimeException when it cannot listen
   */
  void startBroker(Decisions decisions, PrometheusRegistry registry) {
    nodes.addTo(registry);
    states.addTo(registry);
    if (!settings.mqtt().enabled()) {
      return;
    }
    StateBridge between = new StateBridge(states.messages(), decisions.bearers(), clock);
    bridge = between;
    Broker started =
        Broker.start(
            new Broker.Surroundings(
                settings.mqtt(),
                decisions.proxies(),
                settings.data().resolve("mqtt"),
                database,
                decisions.facts(),
                decisions.bearers(),
                decisions.places(),
                decisions.logins(),
                decisions.failures(),
                decisions.use(),
                between,
                taps,
                nodes,
                counts,
                registry,
                clock,
                ids));
    broker = started;
    between.passTo(started);
    messages.passTo(started, between);
  }

  /** The broker, unless it is switched off. */
  Optional<Broker> broker() {
    return Optional.ofNullable(broker);
  }

  /** Whether devices can connect, or never are to. */
  boolean listens() {
    return broker != null || !settings.mqtt().enabled();
  }

  StateFeature states() {
    return states;
  }

  PayloadCounts counts() {
    return counts;
  }

  /** Ends the streams, so that the listener need not wait for them. */
  void endStreams() {
    states.endStreams();
  }

  /** Ends what goes to devices and to other nodes. */
  void endBroker() {
    nodes.close();
    if (bridge != null) {
      bridge.close();
    }
    if (broker != null) {
      broker.close();
    }
  }

  /** Ends whatever of it has begun, where the rest could not. */
  void abandon() {
    endStreams();
    endBroker();
    close();
  }

  /** Writes what is waiting. */
  @Override
  public void close() {
    nodes.close();
    states.close();
    counts.close();
  }
}
