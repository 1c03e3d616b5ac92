package io.claviger.store.device;

import io.claviger.core.device.DeviceReach;
import io.claviger.core.device.DeviceSelection;
import io.claviger.core.device.TagSelector;
import io.claviger.core.id.DeviceId;
import io.claviger.core.query.DeviceField;
import io.claviger.core.query.Query;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * A condition on a device. A list of alternatives without members matches nothing, so that a
 * restriction that has run empty never widens.
 */
public sealed interface DeviceFilter {
  /** Every device. */
  record Everything() implements DeviceFilter {}

  /**
   * Is one of these or carries a tag that one of these means (KEY-23, KEY-24). With nothing left in
   * either it matches nothing.
   */
  record Selected(Set<DeviceId> ids, Set<TagSelector> tags) implements DeviceFilter {
    public Selected {
      ids = Set.copyOf(ids);
      tags = Set.copyOf(tags);
    }
  }

  /** Is found by an advanced query (QRY-1). */
  record Matching(Query<DeviceField> query) implements DeviceFilter {}

  /** Was made at that moment or before. */
  record MadeUntil(Instant time) implements DeviceFilter {}

  /** Comes after that one in the order of ids. */
  record After(DeviceId id) implements DeviceFilter {}

  /** Satisfies all of these. */
  record AllOf(List<DeviceFilter> filters) implements DeviceFilter {
    public AllOf {
      filters = List.copyOf(filters);
    }
  }

  /** Both conditions. */
  default DeviceFilter and(DeviceFilter other) {
    return new AllOf(List.of(this, other));
  }

  /** One of these. */
  static DeviceFilter identified(Set<DeviceId> ids) {
    return new Selected(ids, Set.of());
  }

  /** Carries a tag that this one means. */
  static DeviceFilter tagged(TagSelector tag) {
    return new Selected(Set.of(), Set.of(tag));
  }

  /** What {@link DeviceReach#sees} says, by the tags that each device has now (KEY-26, KEY-44). */
  static DeviceFilter seenBy(DeviceReach reach) {
    return switch (reach) {
      case DeviceReach.Everything _ -> new Everything();
      case DeviceReach.OfDevice(DeviceId self, boolean _, DeviceSelection selection) ->
          switch (selection) {
            case DeviceSelection.All _ -> new Everything();
            case DeviceSelection.Only(Set<DeviceId> devices, List<TagSelector> tags) -> {
              Set<DeviceId> ids = new HashSet<>(devices);
              ids.add(self);
              yield new Selected(ids, Set.copyOf(tags));
            }
          };
    };
  }
}
