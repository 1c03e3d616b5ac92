package io.claviger.core.decide;

import io.claviger.core.credential.AccessKey;
import io.claviger.core.device.DeviceFacts;
import io.claviger.core.device.DeviceSelection;
import io.claviger.core.device.Tag;
import io.claviger.core.device.TagSelector;
import java.util.List;
import java.util.Optional;

/** The second writing of what devices reach (KEY-23 to KEY-27, KEY-33, KEY-44). */
final class ReferenceReach {
  private ReferenceReach() {}

  static Optional<AccessKey> key(Bearer.OfDevice bearer) {
    return switch (bearer.warrant()) {
      case Bearer.Warrant.ByKey(Optional<AccessKey> key) -> key;
      case Bearer.Warrant.BySponsor _ -> Optional.empty();
    };
  }

  static boolean may(Bearer.OfDevice bearer, String deed, DeviceFacts device) {
    String self = bearer.session().device().text();
    boolean itself = device.id().text().equals(self);
    boolean peripheral =
        List.of("peripheral", "floating").contains(device.deviceClass().wireName());
    boolean gateway =
        bearer.device().isPresent()
            && List.of("gateway", "edgeCompute")
                .contains(bearer.device().get().deviceClass().wireName());
    boolean mine = device.gateway().isEmpty() || device.gateway().get().text().equals(self);
    boolean spokenFor = gateway && peripheral && mine;
    return switch (deed) {
      case "read" -> itself || selected(bearer, device);
      case "receive" -> itself || selected(bearer, device) || spokenFor;
      case "report" -> itself || spokenFor;
      default -> throw new AssertionError(deed);
    };
  }

  /** KEY-23, KEY-24: any id or any tag entry; nobody's key selects nobody. */
  private static boolean selected(Bearer.OfDevice bearer, DeviceFacts device) {
    Optional<AccessKey> key = key(bearer);
    if (key.isEmpty()) {
      return false;
    }
    return switch (key.get().devices()) {
      case DeviceSelection.All _ -> true;
      case DeviceSelection.Only(var ids, var entries) -> {
        boolean found = false;
        for (var id : ids) {
          found = found || id.text().equals(device.id().text());
        }
        for (TagSelector entry : entries) {
          for (Tag tag : device.tags()) {
            boolean sameKey = entry.key().isEmpty() || entry.key().get().equals(tag.key());
            boolean sameValue = entry.value().isEmpty() || entry.value().get().equals(tag.value());
            found = found || (sameKey && sameValue);
          }
        }
        yield found;
      }
    };
  }

  static String everything(List<DeviceFacts> devices) {
    return "R".repeat(3 * devices.size());
  }

  static String reach(Bearer.OfDevice bearer, List<DeviceFacts> devices) {
    StringBuilder reach = new StringBuilder();
    for (DeviceFacts device : devices) {
      for (String deed : List.of("read", "receive", "report")) {
        reach.append(may(bearer, deed, device) ? 'R' : '.');
      }
    }
    return reach.toString();
  }
}
