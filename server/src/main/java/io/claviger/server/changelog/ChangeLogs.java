package io.claviger.server.changelog;

import io.claviger.core.change.Actor;
import io.claviger.core.change.ActorType;
import io.claviger.core.change.Change;
import io.claviger.core.change.SubjectType;
import io.claviger.core.id.ObjectId;
import io.claviger.core.id.OrganizationId;
import io.claviger.server.api.Api;
import io.claviger.server.api.Call;
import io.claviger.server.api.Wire;
import io.claviger.server.changelog.FieldChanges.Field;
import io.claviger.server.http.ApiException;
import io.claviger.server.http.Json;
import io.claviger.server.http.Query;
import io.claviger.server.http.Response;
import io.claviger.store.Database;
import io.claviger.store.tenant.ChangeLogView;
import io.claviger.store.tenant.ChangeLogView.Entry;
import io.claviger.store.tenant.ChangeLogView.Wanted;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * {@code /orgs/{orgId}/changeLog} and the same of one user (LUC-12): the audit log once more, field
 * by field, for administrators.
 */
public final class ChangeLogs {
  private static final int ENTRIES_DEFAULT = 100;
  private static final int ENTRIES_MAX = 1_000;
  private static final int EXPORT_MAX = 10_000;
  private static final int TEXT_LENGTH_MAX = 255;

  private static final List<String> COLUMNS =
      List.of(
          "entryId",
          "date",
          "userId",
          "userName",
          "actorType",
          "tokenId",
          "tokenName",
          "action",
          "subjectType",
          "subjectId",
          "subjectName",
          "field",
          "oldValue",
          "newValue");

  private final ChangeLogView view;

  public ChangeLogs(Database database) {
    this.view = new ChangeLogView(database);
  }

  /** Adds the actions of {@code orgChangeLog} and {@code orgUserChangeLog}. */
  public void addTo(Api api) {
    api.handle("orgChangeLog.get", call -> list(call, Optional.empty()));
    api.handle("orgUserChangeLog.get", call -> list(call, Optional.of(user(call))));
    api.handle("orgChangeLog.export", this::export);
  }

  private static String user(Call call) {
    String id = call.request().parameter("userId");
    if (!ObjectId.isValid(id)) {
      throw ApiException.notFound("User");
    }
    return ObjectId.normalise(id);
  }

  /** Some entries, and whether there are more behind them. */
  private record Page(List<Entry> entries, Optional<String> next) {}

  private Page page(Call call, Optional<String> user, int absent, int most) {
    Query query = call.request().query();
    int limit = limit(query, absent, most);
    OrganizationId organization = call.organization();
    Wanted wanted = wanted(query, organization, user);
    List<Entry> found = view.list(organization, wanted, limit + 1);
    boolean more = found.size() > limit;
    List<Entry> entries = more ? found.subList(0, limit) : found;
    return new Page(entries, more ? Optional.of(entries.getLast().id()) : Optional.empty());
  }

  private Response list(Call call, Optional<String> user) {
    Page page = page(call, user, ENTRIES_DEFAULT, ENTRIES_MAX);
    ObjectNode body = Json.emptyObject();
    var items = body.putArray("items");
    page.entries().forEach(entry -> rows(entry).forEach(items::add));
    body.put("count", items.size());
    Wire.put(body, "next", page.next());
    return Response.ok(body);
  }

  private Response export(Call call) {
    String format =
        call.request().query().text("format").filter(text -> !text.isEmpty()).orElse("csv");
    if (!format.equals("csv") && !format.equals("jsonl")) {
      throw ApiException.validation("format", "must be one of csv, jsonl");
    }
    Page page = page(call, Optional.empty(), EXPORT_MAX, EXPORT_MAX);
    var out = new StringBuilder();
    if (format.equals("csv")) {
      Csv.append(out, COLUMNS);
    }
    for (Entry entry : page.entries()) {
      for (ObjectNode row : rows(entry)) {
        if (format.equals("csv")) {
          Csv.append(out, COLUMNS.stream().map(name -> cell(row.path(name))).toList());
        } else {
          out.append(new String(Json.write(row), StandardCharsets.UTF_8)).append('\n');
        }
      }
    }
    Response response =
        Response.bytes(
                format.equals("csv") ? "text/csv; charset=utf-8" : "application/jsonl",
                out.toString().getBytes(StandardCharsets.UTF_8))
            .withHeader(
                "Content-Disposition", "attachment; filename=\"change-log." + format + "\"");
    return page.next().isPresent()
        ? response.withHeader("Claviger-Next", page.next().get())
        : response;
  }

  private static String cell(JsonNode value) {
    return value.isMissingNode() ? "" : value.isValueNode() ? value.asString() : value.toString();
  }

  private static List<ObjectNode> rows(Entry entry) {
    List<ObjectNode> rows = new ArrayList<>();
    List<Field> fields = FieldChanges.of(entry.entry().change());
    for (Field field : fields) {
      ObjectNode row = row(entry);
      row.put("field", field.name());
      field.before().ifPresent(value -> row.set("oldValue", value));
      field.after().ifPresent(value -> row.set("newValue", value));
      rows.add(row);
    }
    if (rows.isEmpty()) {
      rows.add(row(entry));
    }
    return rows;
  }

  private static ObjectNode row(Entry entry) {
    Change change = entry.entry().change();
    Actor actor = change.actor();
    ObjectNode row = Json.emptyObject();
    row.put("entryId", entry.id());
    row.put("date", Wire.time(entry.entry().time()));
    Wire.put(row, "userId", actor.userId());
    Wire.put(
        row,
        "userName",
        actor.type() == ActorType.USER ? Optional.of(actor.name()) : entry.userName());
    row.put("actorType", actor.type().wireName());
    if (actor.type() != ActorType.USER && !actor.id().isEmpty()) {
      row.put("tokenId", actor.id()).put("tokenName", actor.name());
    }
    row.put("action", change.action());
    row.put("subjectType", change.subject().type().wireName());
    row.put("subjectId", change.subject().id());
    row.put("subjectName", change.subject().name());
    return row;
  }

  private Wanted wanted(Query query, OrganizationId organization, Optional<String> user) {
    Optional<String> before = text(query, "after").map(ChangeLogs::cursor);
    if (before.isPresent() && !view.knows(organization, before.get())) {
      throw ApiException.validation("after", "is no entry of this log");
    }
    Optional<String> type = text(query, "subjectType");
    if (type.isPresent() && SubjectType.ofWireName(type.get()).isEmpty()) {
      throw ApiException.validation("subjectType", "is no kind of thing that is changed");
    }
    return new Wanted(
        time(query, "start"),
        time(query, "end"),
        text(query, "actor"),
        text(query, "subject"),
        type,
        text(query, "action"),
        user,
        before);
  }

  private static String cursor(String text) {
    if (!ObjectId.isValid(text)) {
      throw ApiException.validation("after", "is no entry of this log");
    }
    return ObjectId.normalise(text);
  }

  private static Optional<String> text(Query query, String name) {
    Optional<String> text = query.text(name).filter(it -> !it.isEmpty());
    if (text.isPresent() && text.get().length() > TEXT_LENGTH_MAX) {
      throw ApiException.validation(name, "must have at most " + TEXT_LENGTH_MAX + " characters");
    }
    return text;
  }

  private static Optional<Instant> time(Query query, String name) {
    return text(query, name)
        .map(text -> {
          try {
            return Instant.ofEpochMilli(OffsetDateTime.parse(text).toInstant().toEpochMilli());
          } catch (DateTimeException | ArithmeticException e) {
            throw ApiException.validation(name, "must be a date-time of RFC 3339");
          }
        });
  }

  private static int limit(Query query, int absent, int most) {
    Optional<String> text = text(query, "limit");
    if (text.isEmpty()) {
      return absent;
    }
    try {
      int limit = Integer.parseInt(text.get());
      if (limit >= 1 && limit <= most) {
        return limit;
      }
    } catch (NumberFormatException e) {
      // Answered below, with the range.
    }
    throw ApiException.validation("limit", "must be a whole number from 1 to " + most);
  }
}
