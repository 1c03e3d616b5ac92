package io.claviger.core.device;

import io.claviger.core.id.DeviceId;

/** Which devices of an application a bearer may see and act on. */
public sealed interface DeviceReach {
  /** What is done to a device, as far as reach distinguishes it (KEY-44). */
  enum Deed {
    /** Read it, its state, commands and logs, or send it a command. */
    READ_OR_COMMAND,
    /** Take the commands that are meant for it, as its gateway does. */
    RECEIVE_COMMANDS,
    /** Report its state or its connection. */
    REPORT
  }

  /** Every device of the application: users and application tokens. */
  record Everything() implements DeviceReach {}

  /**
   * A device's own reach (KEY-27, KEY-33, KEY-44): itself for everything, the selected ones to read
   * and to command, and, for a gateway, its peripherals to report and to take commands for.
   *
   * @param self the device that authenticated
   * @param gateway whether it speaks for peripherals
   * @param selection which others it reaches, by their tags at this moment (KEY-26)
   */
  record OfDevice(DeviceId self, boolean gateway, DeviceSelection selection)
      implements DeviceReach {}

  /**
   * Whether the deed may be done to the device. The caller has made sure that it stands in the
   * bearer's application.
   */
  default boolean permits(Deed deed, DeviceFacts device) {
    return switch (this) {
      case Everything _ -> true;
      case OfDevice reach -> permits(reach, deed, device);
    };
  }

  /**
   * Whether the device shows in lists and queries; unseen devices answer as absent ones do (ERR-5).
   */
  default boolean sees(DeviceFacts device) {
    return permits(Deed.READ_OR_COMMAND, device);
  }

  private static boolean permits(OfDevice reach, Deed deed, DeviceFacts device) {
    if (device.id().equals(reach.self())) {
      return true;
    }
    return switch (deed) {
      case READ_OR_COMMAND -> reach.selection().selects(device);
      case RECEIVE_COMMANDS -> reach.selection().selects(device) || speaksFor(reach, device);
      case REPORT -> speaksFor(reach, device);
    };
  }

  private static boolean speaksFor(OfDevice reach, DeviceFacts device) {
    return reach.gateway()
        && device.deviceClass().isPeripheral()
        && device.gateway().map(reach.self()::equals).orElse(true);
  }
}
