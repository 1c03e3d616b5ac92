package io.claviger.server.state;

import io.claviger.core.id.ObjectIdSource;
import io.claviger.core.state.AgeWindow;
import io.claviger.core.state.Report;
import io.claviger.server.api.Api;
import io.claviger.server.api.Changes;
import io.claviger.server.background.Background;
import io.claviger.server.count.PayloadCounts;
import io.claviger.server.device.ChosenDevices;
import io.claviger.server.nodes.NodeMessages;
import io.claviger.server.state.DeviceChannels.Message;
import io.claviger.store.Database;
import io.claviger.store.state.CommandJobs;
import io.claviger.store.state.ConnectionLogStore;
import io.claviger.store.state.Deposit;
import io.claviger.store.state.Deposit.Outcome;
import io.claviger.store.state.DepositStore;
import io.claviger.store.state.StateStore;
import io.claviger.store.state.StateSweep;
import io.claviger.store.state.TimeSeriesStore;
import io.prometheus.metrics.core.metrics.CounterWithCallback;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.LongAdder;

/** State and commands, put together. */
public final class StateFeature implements AutoCloseable {
  private static final Duration SWEEP_FIRST = Duration.ofMinutes(2);
  private static final Duration SWEEP = Duration.ofMinutes(60);
  private static final String FAILURE = "old data of devices could not be removed yet";
  private static final int STREAMS_MAX = 1000;
  private static final int STREAMS_PER_APPLICATION_MAX = 250;

  private final DeviceChannels channels = new DeviceChannels();
  private final TopicTaps taps;
  private final NodeMessages nodes;
  private final DeviceInbox inbox;
  private final CommandQueue commands;
  private final StateSweep sweep;
  private final InstantSource clock;
  private final ObjectIdSource ids;
  private final AgeWindow window;
  private final LongAdder malformed = new LongAdder();
  private final List<AddsActions> actions;
  private final Background sweeper = new Background("state-sweep");

  @FunctionalInterface
  private interface AddsActions {
    void addTo(Api api);
  }

  /**
   * Puts it together and begins to write.
   *
   * @param retention how long everything is kept; what is older is not taken either (STA-3)
   * @param rates how often messages may come over HTTP (MQT-7)
   * @param counts of what comes over HTTP
   * @param taps of the messages of the broker
   * @param nodes who else has to hear of what is kept
   */
  public StateFeature(
      Database database,
      Changes changes,
      ObjectIdSource ids,
      InstantSource clock,
      Duration retention,
      MessageRates rates,
      PayloadCounts counts,
      TopicTaps taps,
      NodeMessages nodes) {
    this.taps = taps;
    this.nodes = nodes;
    this.clock = clock;
    this.sweep = new StateSweep(database, retention);
    this.ids = ids;
    this.window = new AgeWindow(retention);
    DepositStore depositStore = new DepositStore(database, window);
    this.inbox = new DeviceInbox(database, depositStore, this::passOn);
    CommandJobs jobs = new CommandJobs(database, depositStore);
    this.commands =
        new CommandQueue(database, jobs, ids, command -> passOn(command, new Outcome.Kept()));
    nodes.on(
        NodeMessages.Kind.DEVICE,
        (body, own) -> {
          if (!own) {
            MessageCodec.read(body).ifPresent(channels::publish);
          }
        });
    StateStore states = new StateStore(database);
    ChosenDevices devices = new ChosenDevices(database);
    Deposits deposits = new Deposits(inbox);
    this.actions =
        List.of(
            new StateActions(states, deposits, rates, counts)::addTo,
            new CompositeStates(database, states)::addTo,
            new CommandActions(
                    database, jobs, commands::begin, deposits, ids, window, rates, counts)
                ::addTo,
            new ConnectionActions(
                    new ConnectionLogStore(database), deposits, ids, window, rates, counts)
                ::addTo,
            new DataActions(devices, states, new TimeSeriesStore(database))::addTo,
            new EventStreams(channels, taps, STREAMS_MAX, STREAMS_PER_APPLICATION_MAX)::addTo,
            new RemoveData(
                    database, changes, ids, () -> sweeper.once(FAILURE, sweep::removeOrdered))
                ::addTo);
    sweeper.every(SWEEP_FIRST, SWEEP, FAILURE, this::sweep);
  }

  /** Adds the actions. */
  public void addTo(Api api) {
    actions.forEach(each -> each.addTo(api));
  }

  /** Adds {@code claviger_mqtt_malformed_states_total} (MQT-5). */
  public void addTo(PrometheusRegistry registry) {
    CounterWithCallback.builder()
        .name("claviger_mqtt_malformed_states_total")
        .help("Messages on the state topic of a device that hold no state, and were dropped.")
        .callback(callback -> callback.call((double) malformed.sum()))
        .register(registry);
  }

  /** Where a broker hands in and gets what goes between it and devices. */
  public DeviceMessages messages() {
    return new DeviceMessages(inbox, channels, ids, window, malformed);
  }

  /** Removes what is not to be kept. Done from time to time without being asked. */
  public void sweep() {
    sweep.run(clock.instant().toEpochMilli());
  }

  private void passOn(Deposit deposit, Outcome outcome) {
    switch (deposit) {
      case Deposit.States states -> {
        if (outcome instanceof Outcome.KeptStates(List<Optional<Report.Kept>> kept)) {
          for (int i = 0; i < kept.size(); i++) {
            Optional<String> meta = states.reports().get(i).meta();
            kept.get(i)
                .ifPresent(state ->
                    tellAll(new Message.State(states.device(), state, meta, states.overBroker())));
          }
        }
      }
      case Deposit.Command command -> {
        if (outcome instanceof Outcome.Kept) {
          tellAll(
              new Message.Command(
                  command.device(),
                  command.time(),
                  command.name(),
                  command.payload(),
                  command.overBroker()));
        }
      }
      case Deposit.Connection _ -> {
        // Nobody listens for it.
      }
    }
  }

  /** Those who listen at this node, and those at others. */
  private void tellAll(Message message) {
    channels.publish(message);
    if (nodes.hasPeers()) {
      nodes.send(NodeMessages.Kind.DEVICE, MessageCodec.write(message));
    }
  }

  /** Ends the streams, so that the listener need not wait for them. */
  public void endStreams() {
    channels.close();
    taps.close();
  }

  /** Writes what is waiting. */
  @Override
  public void close() {
    sweeper.close();
    commands.close();
    inbox.close();
  }
}
