package io.claviger.store.event;

import io.claviger.core.Parsed;
import io.claviger.core.id.ApplicationId;
import io.claviger.core.id.DeviceId;
import io.claviger.core.id.EventId;
import io.claviger.store.Database;
import io.claviger.store.Fold;
import io.claviger.store.Glob;
import io.claviger.store.ListPage;
import io.claviger.store.ListQuery;
import io.claviger.store.ListRequest;
import io.claviger.store.SqlTypes;
import io.claviger.store.Transaction;
import io.claviger.store.application.BoundedPage;
import io.claviger.store.event.EventRow.Source;
import io.claviger.store.json.JsonColumn;
import io.claviger.store.query.QueryCompiler;
import io.claviger.store.query.SqlCondition;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.PreparedBatch;
import org.jdbi.v3.core.statement.Query;
import org.jdbi.v3.core.statement.SqlStatement;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** The table of events. */
public final class EventStore {
  private static final String COLUMNS =
      "r.id, r.application_id, r.source_type, r.source_id, r.source_name, r.level, r.state,"
          + " r.subject, r.device_id, d.name AS device_name, r.details, r.created_at, r.updated_at";
  private static final String TABLE =
      "event r LEFT JOIN device d ON d.id = r.device_id"
          + " AND d.application_id = r.application_id AND d.deleted_at IS NULL";

  /** Sorts and filters; levels are in the order of their severity. */
  public static final ListQuery LIST =
      ListQuery.select(COLUMNS)
          .from(TABLE)
          .id("r.id")
          .sort("subject", "r.subject_folded")
          .sort("id", "r.id")
          .sort("creationDate", "r.created_at")
          .sort("lastUpdated", "r.updated_at")
          .sort("level", "r.severity")
          .sort("state", "r.state")
          .sortNullable("deviceId", "r.device_id")
          .filter("subject", "r.subject_folded");

  private final Database database;

  public EventStore(Database database) {
    this.database = database;
  }

  /** One page, or the reason why it is too long. */
  public Parsed<ListPage<EventRow>> list(
      ApplicationId application, EventFilter filter, ListRequest request) {
    ListQuery query = filtered(application, filter);
    return database.read(handle -> BoundedPage.read(handle, query, request, (row, _) -> row(row)));
  }

  private ListQuery filtered(ApplicationId application, EventFilter filter) {
    ListQuery query =
        LIST.where("r.application_id = :application").bind("application", application.text());
    if (filter.state().isPresent()) {
      query = query.where("r.state = :state").bind("state", filter.state().get().wireName());
    }
    if (filter.subject().isPresent()) {
      query =
          query
              .where("r.subject_folded LIKE :subjectGlob ESCAPE :subjectEscape")
              .bind("subjectGlob", filter.subject().get().toLike())
              .bind("subjectEscape", String.valueOf(Glob.ESCAPE));
    }
    if (filter.query().isPresent()) {
      SqlCondition condition =
          QueryCompiler.events(filter.query().get(), application, database.dialect());
      query = query.where(condition.sql()).bindAll(condition.parameters());
    }
    return query;
  }

  /** The ids of all that match, in ascending order. */
  public List<EventId> ids(ApplicationId application, EventFilter filter) {
    return ids(filtered(application, filter));
  }

  /** The ids of those of the named that match. */
  public List<EventId> idsAmong(
      ApplicationId application, EventFilter filter, Collection<EventId> named) {
    return ids(among(filtered(application, filter), named));
  }

  private List<EventId> ids(ListQuery query) {
    return database.read(handle ->
        matching(handle, "SELECT r.id", query, " ORDER BY r.id")
            .map((row, _) -> new EventId(row.getString("id")))
            .list());
  }

  /** Those of the named that match; all of them are read at once. */
  public List<EventRow> rowsAmong(
      ApplicationId application, EventFilter filter, Collection<EventId> named) {
    ListQuery query = among(filtered(application, filter), named);
    return database.read(handle ->
        matching(handle, "SELECT " + COLUMNS, query, " ORDER BY r.id")
            .map((row, _) -> row(row))
            .list());
  }

  private ListQuery among(ListQuery query, Collection<EventId> named) {
    return query.where(database.isOneOf("r.id", "ids")).bind("ids", texts(named));
  }

  private static String texts(Collection<EventId> ids) {
    return JsonColumn.write(ids.stream().map(EventId::text).toList());
  }

  /**
   * What is worst.
   *
   * @param event the most severe, of these the youngest; empty when there is none
   * @param count how many there are
   */
  public record Worst(Optional<EventRow> event, long count) {}

  /** The worst of those that match. */
  public Worst worst(ApplicationId application, EventFilter filter) {
    ListQuery query = filtered(application, filter);
    return database.read(handle ->
        new Worst(
            matching(
                    handle,
                    "SELECT " + COLUMNS,
                    query,
                    " ORDER BY r.severity DESC, r.created_at DESC, r.id DESC LIMIT 1")
                .map((row, _) -> row(row))
                .findOne(),
            matching(handle, "SELECT COUNT(*)", query, "").mapTo(Long.class).one()));
  }

  /** How many an application has. */
  public long count(ApplicationId application) {
    return database.read(handle ->
        handle
            .createQuery("SELECT COUNT(*) FROM event WHERE application_id = :application")
            .bind("application", application.text())
            .mapTo(Long.class)
            .one());
  }

  private static Query matching(Handle handle, String select, ListQuery list, String order) {
    return handle
        .createQuery(
            select
                + " FROM "
                + list.table()
                + " WHERE "
                + String.join(" AND ", list.conditions())
                + order)
        .bindMap(list.values());
  }

  /** The event, if it is in that application. */
  public Optional<EventRow> find(ApplicationId application, EventId id) {
    return database.read(handle ->
        handle
            .createQuery(
                "SELECT "
                    + COLUMNS
                    + " FROM "
                    + TABLE
                    + " WHERE r.id = :id AND r.application_id = :application")
            .bind("id", id.text())
            .bind("application", application.text())
            .map((row, _) -> row(row))
            .findOne());
  }

  /** Adds an event. */
  public void insert(Transaction transaction, EventRow event) {
    bind(
            transaction
                .handle()
                .createUpdate(
                    "INSERT INTO event (id, application_id, source_type, source_id, source_name,"
                        + " level, severity, state, subject, subject_folded, device_id, details,"
                        + " created_at, updated_at) VALUES (:id, :application, :sourceType,"
                        + " :sourceId, :sourceName, :level, :severity, :state, :subject,"
                        + " :subjectFolded, :device, :details, :createdAt, :updatedAt)"),
            event)
        .bind("application", event.application().text())
        .bind("sourceType", event.source().type())
        .bind("sourceId", event.source().id())
        .bind("sourceName", event.source().name())
        .bind("createdAt", event.createdAt())
        .execute();
    insertTags(transaction, event);
  }

  /** Writes what may change. */
  public void update(Transaction transaction, EventRow event) {
    bind(
            transaction
                .handle()
                .createUpdate(
                    "UPDATE event SET level = :level, severity = :severity, state = :state,"
                        + " subject = :subject, subject_folded = :subjectFolded,"
                        + " device_id = :device, details = :details, updated_at = :updatedAt"
                        + " WHERE id = :id"),
            event)
        .execute();
    transaction.handle().execute("DELETE FROM event_tag WHERE event_id = ?", event.id().text());
    insertTags(transaction, event);
  }

  private static void insertTags(Transaction transaction, EventRow event) {
    JsonNode tags = event.details().path(EventRow.TAGS);
    if (tags.isEmpty()) {
      return;
    }
    try (PreparedBatch batch =
        transaction
            .handle()
            .prepareBatch(
                "INSERT INTO event_tag (event_id, application_id, tag_key, tag_value)"
                    + " VALUES (:id, :application, :key, :value)")) {
      tags.forEachEntry((key, value) ->
          batch
              .bind("id", event.id().text())
              .bind("application", event.application().text())
              .bind("key", key)
              .bind("value", value.stringValue())
              .add());
      batch.execute();
    }
  }

  /** Removes events with their tags. */
  public void delete(Transaction transaction, Collection<EventId> ids) {
    transaction
        .handle()
        .createUpdate("DELETE FROM event WHERE " + database.isOneOf("id", "ids"))
        .bind("ids", texts(ids))
        .execute();
  }

  private static <S extends SqlStatement<S>> S bind(S statement, EventRow event) {
    return statement
        .bind("id", event.id().text())
        .bind("level", event.level().wireName())
        .bind("severity", event.level().severity())
        .bind("state", event.state().wireName())
        .bind("subject", event.subject())
        .bind("subjectFolded", Fold.fold(event.subject()))
        .bind("device", event.device().map(DeviceId::text))
        .bind("details", JsonColumn.write(event.details()))
        .bind("updatedAt", event.updatedAt());
  }

  private static EventRow row(ResultSet row) throws SQLException {
    return new EventRow(
        new EventId(row.getString("id")),
        new ApplicationId(row.getString("application_id")),
        new Source(
            row.getString("source_type"), row.getString("source_id"), row.getString("source_name")),
        EventLevel.parse(row.getString("level")).orElseThrow(),
        EventState.parse(row.getString("state")).orElseThrow(),
        row.getString("subject"),
        SqlTypes.optionalText(row, "device_id").map(DeviceId::new),
        SqlTypes.optionalText(row, "device_name"),
        (ObjectNode) JsonColumn.read(row.getString("details")),
        SqlTypes.instant(row, "created_at"),
        SqlTypes.instant(row, "updated_at"));
  }
}
