package io.claviger.core.query;

import static java.util.stream.Collectors.toUnmodifiableMap;

import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;

/** The fields of an event that a query may name; ids are asked for like any text (QRY-4). */
public enum EventField implements QueryField {
  ID("id", FieldKind.TEXT),
  CREATION_DATE("creationDate", FieldKind.DATE),
  LAST_UPDATED("lastUpdated", FieldKind.DATE),
  SOURCE_ID("sourceId", FieldKind.TEXT),
  SOURCE_TYPE("sourceType", FieldKind.TEXT),
  LEVEL("level", FieldKind.TEXT),
  STATE("state", FieldKind.TEXT),
  SUBJECT("subject", FieldKind.TEXT),
  DEVICE_ID("deviceId", FieldKind.TEXT),
  /** Nothing has one. */
  EXPERIENCE_USER_ID("experienceUserId", FieldKind.TEXT),
  /** Nothing has one. */
  EXPERIENCE_GROUP_ID("experienceGroupId", FieldKind.TEXT),
  EVENT_TAGS("eventTags", FieldKind.TAGS);

  private static final Map<String, EventField> BY_NAME =
      Stream.of(values()).collect(toUnmodifiableMap(QueryField::wireName, Function.identity()));

  private final String wireName;
  private final FieldKind kind;

  EventField(String wireName, FieldKind kind) {
    this.wireName = wireName;
    this.kind = kind;
  }

  /** The field of that name; case matters. */
  public static Optional<EventField> named(String wireName) {
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
