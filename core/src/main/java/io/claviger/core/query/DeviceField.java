package io.claviger.core.query;

import static java.util.stream.Collectors.toUnmodifiableMap;

import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;

/** The fields of a device that a query may name (QRY-3). */
public enum DeviceField implements QueryField {
  ID("id", FieldKind.ID),
  CREATION_DATE("creationDate", FieldKind.DATE),
  LAST_UPDATED("lastUpdated", FieldKind.DATE),
  DELETED_AT("deletedAt", FieldKind.DATE),
  NAME("name", FieldKind.TEXT),
  DEVICE_CLASS("deviceClass", FieldKind.TEXT),
  GATEWAY_ID("gatewayId", FieldKind.ID),
  PARENT_ID("parentId", FieldKind.ID),
  /** The parent, its parent, and so on. */
  ANCESTOR_ID("ancestorId", FieldKind.ID_LIST),
  /** The names of the attributes. */
  ATTRIBUTE_NAME("attributeName", FieldKind.TEXT_LIST),
  /** Always missing: there are no experience users here. */
  EXPERIENCE_USER_ID("experienceUserId", FieldKind.ID_LIST),
  /** Always missing: there are no experience groups here. */
  EXPERIENCE_GROUP_ID("experienceGroupId", FieldKind.ID_LIST),
  TAGS("tags", FieldKind.TAGS),
  CONNECTED_AT("connectedAt", FieldKind.DATE),
  DISCONNECTED_AT("disconnectedAt", FieldKind.DATE),
  /** {@code connected} or {@code disconnected}; missing before the first connection. */
  CONNECTION_STATUS("connectionStatus", FieldKind.TEXT);

  private static final Map<String, DeviceField> BY_NAME =
      Stream.of(values()).collect(toUnmodifiableMap(QueryField::wireName, Function.identity()));

  private final String wireName;
  private final FieldKind kind;

  DeviceField(String wireName, FieldKind kind) {
    this.wireName = wireName;
    this.kind = kind;
  }

  /** The field of that name; case matters. */
  public static Optional<DeviceField> named(String wireName) {
    return Optional.ofNullable(BY_NAME.get(wireName));
  }

  @Override
  public String wireName() {
    return wireName;
  }

  @Override
  public FieldKind kind() {
    return kind;
  }
}
