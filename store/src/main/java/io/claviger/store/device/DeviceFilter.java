package io.claviger.store.device;

import io.claviger.core.device.DeviceClass;
import io.claviger.core.device.DeviceReach;
import io.claviger.core.device.DeviceSelection;
import io.claviger.core.device.TagSelector;
import io.claviger.core.id.DeviceId;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * A condition on a device. An alternative without members matches nothing, so that a restriction
 * that has run empty never widens.
 */
public sealed interface DeviceFilter {
  /** Every device. */
  record Everything() implements DeviceFilter {}

  /** One of these. */
  record Identified(Set<DeviceId> ids) implements DeviceFilter {
    public Identified {
      ids = Set.copyOf(ids);
    }
  }

  /** Has exactly one of these names, by case. */
  record Named(Set<String> names) implements DeviceFilter {
    public Named {
      names = Set.copyOf(names);
    }
  }

  /** Is of one of these classes. */
  record Classed(Set<DeviceClass> classes) implements DeviceFilter {
    public Classed {
      classes = Set.copyOf(classes);
    }
  }

  /** Carries a tag that one of these means (KEY-24). */
  record Tagged(Set<TagSelector> selectors) implements DeviceFilter {
    public Tagged {
      selectors = Set.copyOf(selectors);
    }
  }

  /** Is a direct part of that system device. */
  record ChildOf(DeviceId parent) implements DeviceFilter {}

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

  /** Satisfies one of these. */
  record AnyOf(List<DeviceFilter> filters) implements DeviceFilter {
    public AnyOf {
      filters = List.copyOf(filters);
    }
  }

  /** Both conditions. */
  default DeviceFilter and(DeviceFilter other) {
    return new AllOf(List.of(this, other));
  }

  /** Nothing. */
  static DeviceFilter nothing() {
    return new Identified(Set.of());
  }

  /** What {@link DeviceReach#sees} says, by the tags that each device has now (KEY-26, KEY-44). */
  static DeviceFilter seenBy(DeviceReach reach) {
    return switch (reach) {
      case DeviceReach.Everything _ -> new Everything();
      case DeviceReach.OfDevice(DeviceId self, boolean _, DeviceSelection selection) ->
          switch (selection) {
            case DeviceSelection.All _ -> new Everything();
            case DeviceSelection.Only(Set<DeviceId> devices, List<TagSelector> tags) -> {
              Set<DeviceId> ids = new LinkedHashSet<>(devices);
              ids.add(self);
              yield tags.isEmpty()
                  ? new Identified(ids)
                  : new AnyOf(List.of(new Identified(ids), new Tagged(Set.copyOf(tags))));
            }
          };
    };
  }
}
