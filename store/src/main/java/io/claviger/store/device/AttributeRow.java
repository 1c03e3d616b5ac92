package io.claviger.store.device;

import io.claviger.core.device.AttributeDataType;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * An attribute of a device (DEV-2).
 *
 * @param name unique in its device
 * @param dataType never changes under the same name, except by replacing all attributes
 * @param contentType of a blob
 * @param tags free texts by name, in the order given
 * @param aggregation how a system device makes the value from its children, as JSON; no rule looks
 *     into it
 */
public record AttributeRow(
    String name,
    AttributeDataType dataType,
    Optional<String> contentType,
    Optional<String> description,
    Map<String, String> tags,
    Optional<String> aggregation) {
  public AttributeRow {
    tags = Collections.unmodifiableMap(new LinkedHashMap<>(tags));
  }
}
