package io.claviger.core.device;

import io.claviger.core.id.DeviceId;
import java.util.List;
import java.util.Set;

/** Which devices of its application an access key is for (KEY-20). Fixed when the key is made. */
public sealed interface DeviceSelection {
  /** LIM-2: device ids of one selection. */
  int MAX_DEVICES = 1000;

  /** LIM-2: tag entries of one selection. */
  int MAX_TAGS = 100;

  /** Every device of the application, also later ones (KEY-21). */
  record All() implements DeviceSelection {}

  /**
   * The named devices and those that carry a matching tag: a device belongs if <em>any</em> entry
   * fits (KEY-23). Once restricted stays restricted: with nothing left it selects nothing (KEY-22).
   */
  record Only(Set<DeviceId> devices, List<TagSelector> tags) implements DeviceSelection {
    public Only {
      devices = Set.copyOf(devices);
      tags = List.copyOf(tags);
      if (devices.size() > MAX_DEVICES || tags.size() > MAX_TAGS) {
        throw new IllegalArgumentException("too many entries in a device selection");
      }
    }
  }

  /** Whether the device, with the tags it has now, is selected (KEY-26). */
  default boolean selects(DeviceFacts device) {
    return switch (this) {
      case All _ -> true;
      case Only(Set<DeviceId> devices, List<TagSelector> tags) ->
          devices.contains(device.id()) || anyMatches(tags, device.tags());
    };
  }

  private static boolean anyMatches(List<TagSelector> selectors, List<Tag> tags) {
    for (TagSelector selector : selectors) {
      for (Tag tag : tags) {
        if (selector.matches(tag)) {
          return true;
        }
      }
    }
    return false;
  }
}
