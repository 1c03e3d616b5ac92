package io.claviger.store.state;

import io.claviger.core.id.DeviceId;
import io.claviger.core.state.Report;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Something about a device that is to be kept. */
public sealed interface Deposit {
  /** The device that it is about. */
  DeviceId device();

  /**
   * What the device says of its state.
   *
   * @param reports in the order in which they were made
   * @param arrived when they came
   * @param overBroker whether they came as a message of the broker, which passes it on itself
   */
  record States(DeviceId device, List<Report> reports, Instant arrived, boolean overBroker)
      implements Deposit {
    public States {
      reports = List.copyOf(reports);
    }

    /** Did not come over the broker. */
    public States(DeviceId device, List<Report> reports, Instant arrived) {
      this(device, reports, arrived, false);
    }
  }

  /**
   * A command for the device.
   *
   * @param id tells it from others at the same moment, and is higher than theirs if it came later
   * @param payload as JSON
   * @param overBroker as that of states
   */
  record Command(
      DeviceId device,
      Instant time,
      String id,
      String name,
      Optional<String> payload,
      boolean overBroker)
      implements Deposit {
    /** Did not come over the broker. */
    public Command(
        DeviceId device, Instant time, String id, String name, Optional<String> payload) {
      this(device, time, id, name, payload, false);
    }
  }

  /**
   * That the device is connected or not.
   *
   * @param id as that of a command
   * @param time of the change
   * @param connectedAt when the connection began; empty where that is not known
   */
  record Connection(
      DeviceId device,
      String id,
      boolean connected,
      Instant time,
      Optional<Instant> connectedAt,
      Optional<String> reason,
      @Nullable Long messagesFromClient,
      @Nullable Long messagesToClient,
      Optional<String> address)
      implements Deposit {}

  /** What came of a deposit. */
  sealed interface Outcome {
    /** It is kept, as soon as the transaction is. */
    record Kept() implements Outcome {}

    /**
     * The states are kept, as far as there was something to keep.
     *
     * @param states what is kept of each report; empty where nothing is
     */
    record KeptStates(List<Optional<Report.Kept>> states) implements Outcome {
      public KeptStates {
        states = List.copyOf(states);
      }
    }

    /** There is no such device, or it is deleted. */
    record NoDevice() implements Outcome {}

    /** The device makes its state from those of others and takes none (STA-6). */
    record Refused() implements Outcome {}
  }
}
