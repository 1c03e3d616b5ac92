package io.claviger.store.device;

import io.claviger.core.device.DeviceFacts;
import io.claviger.core.device.DeviceReach;
import io.claviger.store.Fold;
import io.claviger.store.ListRequest;
import io.claviger.store.device.DeviceSet.Presence;
import java.util.Comparator;
import java.util.List;
import java.util.function.Predicate;

/** What the store should answer, by loops over all devices. */
final class DeviceModel {
  private final List<DeviceRow> devices;

  DeviceModel(List<DeviceRow> devices) {
    this.devices = List.copyOf(devices);
  }

  /** The devices of a set that a reach sees. */
  List<DeviceRow> in(DeviceSet set, DeviceReach reach) {
    return devices.stream()
        .filter(device -> device.application().equals(set.application()))
        .filter(device -> present(device, set.presence()))
        .filter(device -> matches(set.filter(), device))
        .filter(device -> reach.sees(facts(device)))
        .toList();
  }

  private static DeviceFacts facts(DeviceRow device) {
    return new DeviceFacts(
        device.id(),
        device.application(),
        device.deviceClass(),
        device.tags(),
        device.gateway(),
        device.deletedAt().isPresent());
  }

  private static boolean present(DeviceRow device, Presence presence) {
    return switch (presence) {
      case Presence.Present() -> device.deletedAt().isEmpty();
      case Presence.Deleted(var after) ->
          device.deletedAt().isPresent() && device.deletedAt().get().isAfter(after);
    };
  }

  private static boolean matches(DeviceFilter filter, DeviceRow device) {
    return switch (filter) {
      case DeviceFilter.Everything() -> true;
      case DeviceFilter.Selected(var ids, var tags) ->
          ids.contains(device.id())
              || device.tags().stream()
                  .anyMatch(tag -> tags.stream().anyMatch(s -> s.matches(tag)));
      case DeviceFilter.Matching(var query) -> DeviceQueryModel.matches(query, device);
      case DeviceFilter.MadeUntil(var time) -> !device.createdAt().isAfter(time);
      case DeviceFilter.After(var id) -> device.id().text().compareTo(id.text()) > 0;
      case DeviceFilter.AllOf(var filters) -> filters.stream().allMatch(f -> matches(f, device));
    };
  }

  static Comparator<DeviceRow> order(ListRequest request) {
    Comparator<DeviceRow> byId = Comparator.comparing(device -> device.id().text());
    Comparator<DeviceRow> byField =
        switch (request.sortField()) {
          case "name" -> Comparator.comparing(device -> points(Fold.fold(device.name())));
          case "creationDate" -> Comparator.comparing(DeviceRow::createdAt);
          case "lastUpdated" -> Comparator.comparing(DeviceRow::updatedAt);
          case "deletedAt" ->
              Comparator.comparing(
                  device -> device.deletedAt().map(at -> at.toEpochMilli()).orElse(0L));
          default -> byId;
        };
    Comparator<DeviceRow> up = byField.thenComparing(byId);
    return request.direction() == ListRequest.SortDirection.ASCENDING ? up : up.reversed();
  }

  /** Of fixed width, so that their order is that of the code points. */
  static String points(String text) {
    var hex = new StringBuilder();
    text.codePoints().forEach(point -> hex.append(String.format("%06x", point)));
    return hex.toString();
  }

  /** Texts that begin with the prefix, whatever the case: each once, in order. */
  static List<String> beginning(List<String> texts, String prefix) {
    return texts.stream()
        .filter(beginsWith(prefix))
        .distinct()
        .sorted(Comparator.comparing(DeviceModel::points))
        .toList();
  }

  static Predicate<String> beginsWith(String prefix) {
    return text -> Fold.fold(text).startsWith(Fold.fold(prefix));
  }
}
