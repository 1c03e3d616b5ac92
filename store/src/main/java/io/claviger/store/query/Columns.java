package io.claviger.store.query;

import io.claviger.core.device.DeviceClass;
import io.claviger.core.query.AccessKeyField;
import io.claviger.core.query.DeviceField;
import io.claviger.core.query.EventField;
import io.claviger.store.event.EventLevel;
import io.claviger.store.event.EventState;
import io.claviger.store.query.Source.Element;
import io.claviger.store.query.Source.TextIndex;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Which field stands where. */
final class Columns {
  /** The parameter with the application, which bounds every table that is looked into. */
  static final String APPLICATION = "queryApplication";

  /** The identifier of {@code device d}. */
  static final String DEVICE = "d.id";

  private static final List<String> DEVICE_CLASSES =
      Stream.of(DeviceClass.values()).map(DeviceClass::wireName).toList();

  private static final List<String> STATUSES = List.of("active", "inactive");
  private static final List<String> CONNECTIONS = List.of("connected", "disconnected");
  private static final List<String> TOPIC_FILTERS =
      List.of("all", "none", "whitelist", "blacklist");
  private static final List<String> ADDRESS_FILTERS = List.of("all", "whitelist", "blacklist");

  private static final List<String> SOURCES = List.of("user", "apiToken", "device");
  private static final List<String> LEVELS =
      Stream.of(EventLevel.values()).map(EventLevel::wireName).toList();
  private static final List<String> STATES =
      Stream.of(EventState.values()).map(EventState::wireName).toList();

  /** The keys again, each of which belongs to itself. */
  private static final Source.Rows DESCRIBED = rows("access_key a", "a.id", "access_key.id", "a");

  /** The keys of tags of devices, for each set of them once. */
  private static final Source.Tags KEY_SETS =
      new Source.Tags(
          new Source.Rows(
              "device_key_set k", "k.id", "d.tag_keys", inApplication("k"), Sql.TRUE, true),
          "k.tag_key",
          "",
          true,
          Optional.empty());

  /** The other tags of the device that has the tag {@code t}. */
  static final Source.Tags OTHERS =
      new Source.Tags(
          rows("device_tag o", "o.device_id", "t.device_id", "o"),
          "o.tag_key",
          "o.tag_value",
          false,
          Optional.empty());

  private Columns() {}

  /**
   * Of {@code device d}.
   *
   * @param facts asked where tags stand
   */
  static Source of(DeviceField field, TagFacts facts) {
    return switch (field) {
      case ID -> new Source.One(new Element.Id(DEVICE), false);
      case CREATION_DATE -> new Source.One(new Element.Time("d.created_at"), false);
      case LAST_UPDATED -> new Source.One(new Element.Time("d.updated_at"), false);
      case DELETED_AT -> new Source.One(new Element.Time("d.deleted_at"), true);
      case NAME ->
          new Source.One(new Element.Text("d.name", "d.name_folded", TextIndex.FOLDED), false);
      case DEVICE_CLASS ->
          new Source.One(new Element.Choice("d.device_class", DEVICE_CLASSES), false);
      case GATEWAY_ID -> new Source.One(new Element.Id("d.gateway_id"), true);
      case PARENT_ID -> new Source.One(new Element.Id("d.parent_id"), true);
      case ANCESTOR_ID -> new Source.Ancestors();
      // Names of attributes are ASCII (DEV-2), which both databases fold alike.
      case ATTRIBUTE_NAME ->
          new Source.Many(
              ofDevice("device_attribute a", "a"),
              new Element.Text("a.name", "lower(a.name)", TextIndex.WORD));
      case EXPERIENCE_USER_ID, EXPERIENCE_GROUP_ID -> new Source.Nowhere();
      case TAGS ->
          new Source.Tags(
              ofDevice("device_tag t", "t"),
              "t.tag_key",
              "t.tag_value",
              true,
              facts.keySetsAreFew() ? Optional.of(KEY_SETS) : Optional.empty());
      case CONNECTED_AT -> connection("connected_at", new Element.Time("c.connected_at"));
      case DISCONNECTED_AT -> connection("disconnected_at", new Element.Time("c.disconnected_at"));
      case CONNECTION_STATUS ->
          new Source.One(new Element.Choice("d.connection_status", CONNECTIONS), true);
    };
  }

  private static Source connection(String column, Element element) {
    Source.Rows rows = ofDevice("device_connection c", "c");
    return new Source.Many(rows.narrowed("c." + column + " IS NOT NULL"), element);
  }

  /** Of {@code access_key}. */
  static Source of(AccessKeyField field) {
    return switch (field) {
      case ID -> new Source.One(new Element.Id("access_key.id"), false);
      case CREATION_DATE -> new Source.One(new Element.Time("access_key.created_at"), false);
      case LAST_UPDATED -> new Source.One(new Element.Time("access_key.updated_at"), false);
      case STATUS -> new Source.One(new Element.Choice("access_key.status", STATUSES), false);
      // A UUID in lower case (KEY-2) is folded already.
      case KEY ->
          new Source.One(
              new Element.Text("access_key.access_key", "access_key.access_key", TextIndex.ITSELF),
              false);
      case NAME ->
          new Source.One(
              new Element.Text("access_key.name", "access_key.name_folded", TextIndex.FOLDED),
              true);
      case DESCRIPTION ->
          new Source.Aside(
              new Source.One(
                  new Element.Text(
                      "access_key.description", "access_key.description_folded", TextIndex.ITSELF),
                  true),
              new Source.Many(DESCRIBED, longText("a.description", TextIndex.ITSELF, false)));
      case DEVICE_IDS ->
          new Source.Many(ofKey("access_key_device v", "v"), new Element.Id("v.device_id"));
      case DEVICE_TAGS ->
          new Source.Tags(
              ofKey("access_key_tag t", "t"), "t.tag_key", "t.tag_value", false, Optional.empty());
      case FILTER_TYPE ->
          new Source.One(new Element.Choice("access_key.filter_type", TOPIC_FILTERS), false);
      case PUB_TOPICS -> texts("pubTopics");
      case SUB_TOPICS -> texts("subTopics");
      case ADDRESS_FILTER_TYPE ->
          new Source.One(
              new Element.Choice("access_key.address_filter_type", ADDRESS_FILTERS), false);
      case ADDRESSES -> texts("addresses");
    };
  }

  /** Of {@code event r}. */
  static Source of(EventField field) {
    return switch (field) {
      case ID -> new Source.One(plain("r.id"), false);
      case CREATION_DATE -> new Source.One(new Element.Time("r.created_at"), false);
      case LAST_UPDATED -> new Source.One(new Element.Time("r.updated_at"), false);
      case SOURCE_ID -> new Source.One(plain("r.source_id"), false);
      case SOURCE_TYPE -> new Source.One(new Element.Choice("r.source_type", SOURCES), false);
      case LEVEL -> new Source.One(new Element.Choice("r.level", LEVELS), false);
      case STATE -> new Source.One(new Element.Choice("r.state", STATES), false);
      case SUBJECT ->
          new Source.One(
              new Element.Text("r.subject", "r.subject_folded", TextIndex.ITSELF), false);
      case DEVICE_ID -> new Source.One(plain("r.device_id"), true);
      case EXPERIENCE_USER_ID, EXPERIENCE_GROUP_ID -> new Source.Nowhere();
      case EVENT_TAGS ->
          new Source.Tags(
              rows("event_tag t", "t.event_id", "r.id", "t"),
              "t.tag_key",
              "t.tag_value",
              false,
              Optional.empty());
    };
  }

  /** An id, which is folded already. */
  private static Element plain(String column) {
    return new Element.Text(column, column, TextIndex.ITSELF);
  }

  private static Source texts(String list) {
    Source.Rows rows = ofKey("access_key_text e", "e");
    return new Source.Many(
        rows.narrowed("e.list = '" + list + "'"), longText("e.entry", TextIndex.BOTH_ENDS, true));
  }

  /** As migration V16 has the columns. */
  private static Element longText(String column, TextIndex index, boolean isAlongOwners) {
    return new Element.Lengthy(
        new Element.Text(column + "_brief", column + "_brief_folded", index),
        new Element.Text(column, column + "_folded", TextIndex.ITSELF),
        isAlongOwners);
  }

  private static Source.Rows ofDevice(String table, String alias) {
    return rows(table, alias + ".device_id", DEVICE, alias);
  }

  private static Source.Rows ofKey(String table, String alias) {
    return rows(table, alias + ".key_id", "access_key.id", alias);
  }

  private static Source.Rows rows(String table, String owner, String outer, String alias) {
    return new Source.Rows(table, owner, outer, inApplication(alias), Sql.TRUE, false);
  }

  private static String inApplication(String alias) {
    return alias + ".application_id = :" + APPLICATION;
  }
}
