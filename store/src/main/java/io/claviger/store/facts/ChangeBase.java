package io.claviger.store.facts;

import static java.util.Map.entry;

import io.claviger.core.change.Change;
import io.claviger.core.change.ChangeEntry;
import io.claviger.core.change.SubjectType;
import io.claviger.store.SqlTypes;
import io.claviger.store.Transaction;
import io.claviger.store.json.JsonColumn;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import tools.jackson.databind.JsonNode;

/**
 * How things were when the change log begins, once its oldest entries were removed: what {@link
 * ChangeHistory} would have read from them. It has no row for what had ended by then.
 */
public final class ChangeBase {
  /** A device that was deleted for good; others can be restored and are still there (DEV-5). */
  static final String PURGE = "device.purge";

  /** For how long a session that has ended by itself is still told from one that never was. */
  private static final Duration ENDED_KEPT = Duration.ofDays(1);

  /**
   * A property that every full rendering of such a thing has: an entry without it tells of a part
   * only. These are all things whose past is asked for.
   */
  private static final Map<SubjectType, String> WHOLE =
      Map.ofEntries(
          entry(SubjectType.USER, "email"),
          entry(SubjectType.SESSION, "scope"),
          entry(SubjectType.ORGANIZATION, "name"),
          entry(SubjectType.MEMBER, "role"),
          entry(SubjectType.APPLICATION, "ownerId"),
          entry(SubjectType.DASHBOARD, "public"),
          entry(SubjectType.DEVICE, "deviceClass"),
          entry(SubjectType.API_TOKEN, "scope"),
          entry(SubjectType.ACCESS_KEY, "status"),
          entry(SubjectType.TENANT_TOKEN, "scopes"));

  /** Where a thing is; there is one membership of a user in each organization. */
  private record Key(SubjectType type, String id, String organization) {
    static Key of(Change change) {
      SubjectType type = change.subject().type();
      return new Key(
          type,
          change.subject().id(),
          type == SubjectType.MEMBER ? change.organizationId().orElse("") : "");
    }
  }

  /**
   * How a thing was.
   *
   * @param application in which it is
   * @param name by which the log calls it
   * @param ended the action that ended it; empty while it is there
   */
  record State(
      Optional<String> application, String name, JsonNode document, Optional<String> ended) {}

  private final Handle handle;
  private final Map<Key, Optional<State>> states = new HashMap<>();

  private ChangeBase(Handle handle) {
    this.handle = handle;
  }

  /** The property by which an entry about such a thing is known to tell all of it. */
  static String whole(SubjectType type) {
    return Objects.requireNonNull(WHOLE.get(type), "nobody asks for the past of " + type);
  }

  /**
   * A thing when the log begins.
   *
   * @param organization of a membership
   */
  static Optional<State> find(
      Handle handle, SubjectType type, String id, Optional<String> organization) {
    return new ChangeBase(handle).load(new Key(type, id, organization.orElse("")));
  }

  /** Takes over what the oldest entries of the log tell, which are removed from it. */
  public static void absorb(Transaction transaction, List<ChangeEntry> oldest) {
    ChangeBase base = new ChangeBase(transaction.handle());
    Instant latest = Instant.EPOCH;
    for (ChangeEntry entry : oldest) {
      base.absorb(entry.change());
      latest = entry.time().isAfter(latest) ? entry.time() : latest;
    }
    base.states.forEach(base::save);
    base.execute("DELETE FROM change_base WHERE ends_at < :id", latest.minus(ENDED_KEPT));
  }

  private void absorb(Change change) {
    SubjectType type = change.subject().type();
    if (!WHOLE.containsKey(type)) {
      return;
    }
    Key key = Key.of(change);
    if (change.after().isPresent()) {
      made(key, change, JsonColumn.read(change.after().get()));
    } else if (change.before().isPresent()) {
      ended(key, change, JsonColumn.read(change.before().get()));
    }
  }

  /** Of what is not there an entry about a part tells nothing. */
  private void made(Key key, Change change, JsonNode after) {
    Optional<JsonNode> document =
        after.has(whole(key.type()))
            ? Optional.of(after)
            : state(key)
                .filter(state -> state.ended().isEmpty())
                .map(state -> ChangeHistory.overlaid(state.document(), after));
    document.ifPresent(it -> states.put(key, Optional.of(state(change, it, Optional.empty()))));
  }

  private void ended(Key key, Change change, JsonNode before) {
    boolean mayComeBack = key.type() == SubjectType.DEVICE && !change.action().equals(PURGE);
    if (mayComeBack) {
      states.put(key, Optional.of(state(change, before, Optional.of(change.action()))));
      return;
    }
    states.put(key, Optional.empty());
    forgetWith(key);
  }

  private static State state(Change change, JsonNode document, Optional<String> ended) {
    return new State(change.applicationId(), change.subject().name(), document, ended);
  }

  /** What hangs on something may go with it without an entry of its own. */
  private void forgetWith(Key ended) {
    switch (ended.type()) {
      case APPLICATION -> {
        execute("DELETE FROM change_base WHERE application_id = :id", ended.id());
        states.replaceAll(
            (_, state) -> state.filter(it -> !it.application().equals(Optional.of(ended.id()))));
      }
      case USER, DEVICE -> {
        execute("DELETE FROM change_base WHERE holder_id = :id", ended.id());
        states.replaceAll(
            (key, state) -> state.filter(it -> !holder(key, it).equals(Optional.of(ended.id()))));
      }
      case ORGANIZATION -> {
        execute(
            "DELETE FROM change_base WHERE subject_type = 'Member' AND organization_id = :id",
            ended.id());
        states.replaceAll(
            (key, state) -> state.filter(_ -> !key.organization().equals(ended.id())));
      }
      case SESSION,
          MEMBER,
          INVITATION,
          DASHBOARD,
          DEVICE_ATTRIBUTE,
          API_TOKEN,
          ACCESS_KEY,
          OAUTH_CLIENT,
          OAUTH_TOKEN,
          TENANT_TOKEN,
          TENANT_USER,
          BROUGHT_API,
          SETTING -> {}
    }
  }

  /** On whom a membership or a session hangs. */
  private static Optional<String> holder(Key key, State state) {
    if (key.type() == SubjectType.MEMBER) {
      return Optional.of(key.id());
    }
    return key.type() == SubjectType.SESSION
        ? text(state.document(), "deviceId").or(() -> text(state.document(), "userId"))
        : Optional.empty();
  }

  private static Optional<String> text(JsonNode document, String name) {
    JsonNode value = document.path(name);
    return value.isString() ? Optional.of(value.stringValue()) : Optional.empty();
  }

  private Optional<State> state(Key key) {
    return states.computeIfAbsent(key, this::load);
  }

  private Optional<State> load(Key key) {
    return handle
        .createQuery(
            "SELECT application_id, subject_name, document, ended FROM change_base"
                + " WHERE subject_type = :type AND subject_id = :id"
                + " AND organization_id = :organization")
        .bind("type", key.type().wireName())
        .bind("id", key.id())
        .bind("organization", key.organization())
        .map((row, _) ->
            new State(
                SqlTypes.optionalText(row, "application_id"),
                row.getString("subject_name"),
                JsonColumn.read(row.getString("document")),
                SqlTypes.optionalText(row, "ended")))
        .findOne();
  }

  private void save(Key key, Optional<State> state) {
    if (state.isEmpty()) {
      handle
          .createUpdate(
              "DELETE FROM change_base WHERE subject_type = :type AND subject_id = :id"
                  + " AND organization_id = :organization")
          .bind("type", key.type().wireName())
          .bind("id", key.id())
          .bind("organization", key.organization())
          .execute();
      return;
    }
    State kept = state.get();
    handle
        .createUpdate(
            "INSERT INTO change_base (subject_type, subject_id, organization_id, application_id,"
                + " holder_id, ends_at, subject_name, document, ended) VALUES (:type, :id,"
                + " :organization, :application, :holder, :endsAt, :name, :document, :ended)"
                + " ON CONFLICT (subject_type, subject_id, organization_id) DO UPDATE SET"
                + " application_id = excluded.application_id, holder_id = excluded.holder_id,"
                + " ends_at = excluded.ends_at, subject_name = excluded.subject_name,"
                + " document = excluded.document, ended = excluded.ended")
        .bind("type", key.type().wireName())
        .bind("id", key.id())
        .bind("organization", key.organization())
        .bind("application", kept.application())
        .bind("holder", holder(key, kept))
        .bind("endsAt", endsAt(key, kept))
        .bind("name", kept.name())
        .bind("document", JsonColumn.write(kept.document()))
        .bind("ended", kept.ended())
        .execute();
  }

  /**
   * Sessions that end by themselves are forgotten; tokens are there until somebody deletes them.
   */
  private static Optional<Long> endsAt(Key key, State state) {
    return key.type() == SubjectType.SESSION
        ? text(state.document(), "expirationDate").map(it -> Instant.parse(it).toEpochMilli())
        : Optional.empty();
  }

  private void execute(String sql, Object id) {
    handle.createUpdate(sql).bind("id", id).execute();
  }
}
