package io.claviger.core.state;

import io.claviger.core.device.AttributeDataType;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What a device says of its state at one moment (STA-1).
 *
 * @param time of the state
 * @param data values by the names of attributes, in the order given
 * @param meta JSON that is passed on to those who listen, and not kept
 */
public record Report(GivenTime time, Map<String, AttributeValue> data, Optional<String> meta) {
  public Report {
    data = Collections.unmodifiableMap(new LinkedHashMap<>(data));
  }

  /**
   * What is kept of a report.
   *
   * @param timeMillis since 1970
   * @param values at least one, each of the type of its attribute
   */
  public record Kept(long timeMillis, Map<String, AttributeValue> values) {
    public Kept {
      values = Collections.unmodifiableMap(new LinkedHashMap<>(values));
    }
  }

  /**
   * What is to be kept (STA-3, STA-4). Attributes that the device does not have and values that do
   * not fit are left out, and nothing is said about it: a device that is newer than its
   * configuration goes on reporting the rest.
   *
   * @param attributes of the device, with their types
   * @param nowMillis when the report arrived
   * @return empty when nothing of it is to be kept
   */
  public Optional<Kept> keep(
      Map<String, AttributeDataType> attributes, AgeWindow window, long nowMillis) {
    long millis = time.resolve(nowMillis);
    if (!window.admits(millis, nowMillis)) {
      return Optional.empty();
    }
    Map<String, AttributeValue> values = new LinkedHashMap<>();
    data.forEach((name, given) -> {
      AttributeDataType type = attributes.get(name);
      if (type != null) {
        Coercion.to(type, given).ifPresent(value -> values.put(name, value));
      }
    });
    return values.isEmpty() ? Optional.empty() : Optional.of(new Kept(millis, values));
  }
}
