package io.claviger.core.decide;

import io.claviger.core.device.DeviceFacts;
import io.claviger.core.device.DeviceReach;
import io.claviger.core.device.DeviceReach.Deed;
import io.claviger.core.role.Role;
import java.util.List;
import java.util.Optional;

/**
 * A decision in full as one line: {@code allowed role=view reach=RR.}, {@code 403 RoleTooLow} or
 * {@code 404 Application}. The reach has three letters for each device: read, receive, report.
 */
final class Verdict {
  private Verdict() {}

  static String of(Decision decision, List<DeviceFacts> devices) {
    return switch (decision) {
      case Decision.Allowed(Optional<Role> role, DeviceReach reach) ->
          "allowed role="
              + role.map(Role::wireName).orElse("-")
              + " reach="
              + letters(reach, devices);
      case Decision.Denied(Denial reason) -> status(reason) + " " + reason(reason);
    };
  }

  private static String status(Denial denial) {
    return switch (denial.effect()) {
      case UNAUTHENTICATED -> "401";
      case FORBIDDEN -> "403";
      case UNSEEN -> "404";
    };
  }

  static String reason(Denial denial) {
    return denial instanceof Denial.Unseen(String kind) ? kind : denial.getClass().getSimpleName();
  }

  private static String letters(DeviceReach reach, List<DeviceFacts> devices) {
    StringBuilder letters = new StringBuilder();
    for (DeviceFacts device : devices) {
      for (Deed deed : List.of(Deed.READ_OR_COMMAND, Deed.RECEIVE_COMMANDS, Deed.REPORT)) {
        letters.append(reach.permits(deed, device) ? 'R' : '.');
      }
    }
    return letters.toString();
  }
}
