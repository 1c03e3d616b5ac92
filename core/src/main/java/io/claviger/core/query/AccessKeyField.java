package io.claviger.core.query;

import static java.util.stream.Collectors.toUnmodifiableMap;

import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;

/** The fields of an access key that a query may name (QRY-2). */
public enum AccessKeyField implements QueryField {
  ID("id", FieldKind.ID),
  CREATION_DATE("creationDate", FieldKind.DATE),
  LAST_UPDATED("lastUpdated", FieldKind.DATE),
  STATUS("status", FieldKind.TEXT),
  KEY("key", FieldKind.TEXT),
  NAME("name", FieldKind.TEXT),
  DESCRIPTION("description", FieldKind.TEXT),
  DEVICE_IDS("deviceIds", FieldKind.ID_LIST),
  /** Compared as written: an entry without value has the value null (QRY-11). */
  DEVICE_TAGS("deviceTags", FieldKind.TAGS),
  FILTER_TYPE("filterType", FieldKind.TEXT),
  PUB_TOPICS("pubTopics", FieldKind.TEXT_LIST),
  SUB_TOPICS("subTopics", FieldKind.TEXT_LIST),
  ADDRESS_FILTER_TYPE("addressFilterType", FieldKind.TEXT),
  ADDRESSES("addresses", FieldKind.TEXT_LIST);

  private static final Map<String, AccessKeyField> BY_NAME =
      Stream.of(values()).collect(toUnmodifiableMap(QueryField::wireName, Function.identity()));

  private final String wireName;
  private final FieldKind kind;

  AccessKeyField(String wireName, FieldKind kind) {
    this.wireName = wireName;
    this.kind = kind;
  }

  /** The field of that name; case matters. */
  public static Optional<AccessKeyField> named(String wireName) {
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
