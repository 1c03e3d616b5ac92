package io.claviger.server.key;

import io.claviger.core.Parsed;
import io.claviger.core.change.Actor;
import io.claviger.core.change.Subject;
import io.claviger.core.change.SubjectType;
import io.claviger.core.credential.CredentialStatus;
import io.claviger.core.id.AccessKeyId;
import io.claviger.core.id.ApplicationId;
import io.claviger.core.id.DeviceId;
import io.claviger.core.id.ObjectIdSource;
import io.claviger.core.query.AccessKeyField;
import io.claviger.core.query.Query;
import io.claviger.core.secret.AccessKeySecrets;
import io.claviger.core.secret.Secret;
import io.claviger.server.api.Api;
import io.claviger.server.api.Body;
import io.claviger.server.api.Call;
import io.claviger.server.api.Changes;
import io.claviger.server.api.ListParameters;
import io.claviger.server.api.Wire;
import io.claviger.server.http.ApiException;
import io.claviger.server.http.Json;
import io.claviger.server.http.Response;
import io.claviger.server.settings.ResourceLimits;
import io.claviger.server.usage.Usages;
import io.claviger.store.Database;
import io.claviger.store.ListPage;
import io.claviger.store.ListRequest;
import io.claviger.store.ListRequest.SortDirection;
import io.claviger.store.device.DeviceRow;
import io.claviger.store.device.DeviceStore;
import io.claviger.store.devicesession.DeviceSessionStore;
import io.claviger.store.facts.CredentialUses.Use;
import io.claviger.store.key.AccessKeyRow;
import io.claviger.store.key.AccessKeyStore;
import io.claviger.store.query.QueryParser;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** {@code /applications/{applicationId}/keys} (KEY-1 to KEY-12). */
public final class AccessKeys {
  private static final String KIND = "Access key";

  private final Database database;
  private final AccessKeyStore store;
  private final DeviceStore devices;
  private final DeviceSessionStore sessions;
  private final Changes changes;
  private final ObjectIdSource ids;
  private final RandomGenerator random;
  private final ResourceLimits limits;
  private final Usages usages;

  /**
   * Makes the feature.
   *
   * @param random for keys and secrets
   * @param limits how many keys one application may have (LIM-1)
   * @param usages when keys were used
   */
  public AccessKeys(
      Database database,
      Changes changes,
      ObjectIdSource ids,
      RandomGenerator random,
      ResourceLimits limits,
      Usages usages) {
    this.database = database;
    this.store = new AccessKeyStore(database);
    this.devices = new DeviceStore(database);
    this.sessions = new DeviceSessionStore();
    this.changes = changes;
    this.ids = ids;
    this.random = random;
    this.limits = limits;
    this.usages = usages;
  }

  /** Adds the actions of {@code applicationKey(s)} and {@code deviceKeys}. */
  public void addTo(Api api) {
    api.handle("applicationKeys.get", this::list);
    api.handle("applicationKeys.post", this::create);
    api.handle("deviceKeys.post", this::createForDevice);
    api.handle("applicationKey.get", call -> Response.ok(render(find(call), call)));
    api.handle("applicationKeyUses.get", call -> usages.ofCredential(call, find(call).id()));
    api.handle("applicationKey.patch", this::patch);
    api.handle("applicationKey.delete", this::delete);
  }

  private Response list(Call call) {
    ApplicationId application = call.application();
    Optional<JsonNode> query = ListParameters.query(call.request().query());
    ListRequest request =
        ListParameters.read(
            call.request().query(), AccessKeyStore.LIST, "creationDate", SortDirection.DESCENDING);
    ListPage<AccessKeyRow> page;
    if (query.isPresent()) {
      request = withoutFilter(request);
      page = store.list(application, parsed(query.get()), request);
    } else {
      page = store.list(application, request);
    }
    Map<String, Use> last = usages.last(page.items().stream().map(key -> key.id().text()).toList());
    ObjectNode body =
        Wire.page(
            "applicationKeys",
            request,
            page,
            key -> AccessKeyJson.render(key, Optional.ofNullable(last.get(key.id().text())), call));
    query.ifPresent(given -> body.set("query", given));
    return Response.ok(body.put("applicationId", application.text()));
  }

  private static Query<AccessKeyField> parsed(JsonNode document) {
    return switch (QueryParser.accessKeys(document)) {
      case Parsed.Ok<Query<AccessKeyField>>(var query) -> query;
      case Parsed.Rejected<Query<AccessKeyField>>(String reason) ->
          throw ApiException.validation("query", reason);
    };
  }

  /** A query replaces the filter (WIR-14). */
  private static ListRequest withoutFilter(ListRequest request) {
    return new ListRequest(
        request.page(),
        request.perPage(),
        request.sortField(),
        request.direction(),
        Optional.empty());
  }

  private ObjectNode render(AccessKeyRow key, Call call) {
    String id = key.id().text();
    return AccessKeyJson.render(key, Optional.ofNullable(usages.last(List.of(id)).get(id)), call);
  }

  private AccessKeyRow find(Call call) {
    AccessKeyId id = call.id("applicationKeyId", KIND, AccessKeyId::new);
    return store.find(call.application(), id).orElseThrow(() -> ApiException.notFound(KIND));
  }

  /** Makes a key; its secret is in this answer and nowhere else (KEY-7). */
  private Response create(Call call) {
    return create(call, call.body());
  }

  /** Makes a key for the device in the path and no other (KEY-11); its name is the device's. */
  private Response createForDevice(Call call) {
    DeviceId device = call.id("deviceId", "Device", DeviceId::new);
    DeviceRow row =
        devices
            .find(call.application(), device)
            .filter(found -> found.deletedAt().isEmpty())
            .orElseThrow(() -> ApiException.notFound("Device"));
    ObjectNode body = Json.emptyObject().put("name", row.name());
    if (call.body() instanceof ObjectNode given) {
      body.setAll(given);
    }
    body.putArray("deviceIds").add(device.text());
    return create(call, body);
  }

  private Response create(Call call, JsonNode body) {
    AccessKeyRow.Devices devices = KeyRules.devices(body);
    AccessKeyRow.Topics topics = KeyRules.topics(body, KeyRules.DEFAULT_TOPICS);
    AccessKeyRow.Addresses addresses = KeyRules.addresses(body, KeyRules.DEFAULT_ADDRESSES);
    Secret secret = AccessKeySecrets.newSecret(random);
    AccessKeyRow key =
        database.write(transaction -> {
          requireRoom(call.confirmed());
          KeyRules.requirePresent(body, store.presentDevices(call.application(), devices.ids()));
          AccessKeyRow made = draft(call, body, devices, topics, addresses, transaction.now());
          store.insert(transaction, made, secret.digest());
          transaction.record(changes.created(call, subject(made), AccessKeyJson.render(made)));
          return made;
        });
    return Response.created(
        AccessKeyJson.render(key, Optional.empty(), call).put("secret", secret.revealOnce()));
  }

  private void requireRoom(Call call) {
    int limit = limits.applicationKeys(call.owner().orElseThrow());
    if (store.count(call.application()) >= limit) {
      throw ApiException.validation("applicationkey", "limit of " + limit + " is reached");
    }
  }

  private AccessKeyRow draft(
      Call call,
      JsonNode body,
      AccessKeyRow.Devices devices,
      AccessKeyRow.Topics topics,
      AccessKeyRow.Addresses addresses,
      Instant now) {
    AccessKeyRow.Author author = author(call);
    return new AccessKeyRow(
        new AccessKeyId(ids.next()),
        call.application(),
        AccessKeySecrets.newKey(random),
        Body.text(body, "name"),
        Body.text(body, "description"),
        CredentialStatus.ACTIVE,
        devices,
        topics,
        addresses,
        author,
        author,
        now,
        now);
  }

  private AccessKeyRow.Author author(Call call) {
    Actor actor = changes.actor(call.bearer());
    return switch (actor.type()) {
      case USER -> new AccessKeyRow.Author("user", actor.id());
      case API_TOKEN, OAUTH_TOKEN -> new AccessKeyRow.Author("apiToken", actor.id());
      case DEVICE, TENANT_TOKEN, SYSTEM ->
          throw ApiException.forbidden("A device cannot manage access keys");
    };
  }

  /** The rules are checked as they are after the change, whatever part of them the body names. */
  private Response patch(Call call) {
    AccessKeyRow patched =
        database.write(transaction -> {
          call.requireStillAllowed();
          AccessKeyRow before = find(call);
          AccessKeyRow after = patched(call, before, transaction.now());
          store.update(transaction, after);
          transaction.record(
              changes.updated(
                  call, subject(after), AccessKeyJson.render(before), AccessKeyJson.render(after)));
          return after;
        });
    return Response.ok(render(patched, call));
  }

  private AccessKeyRow patched(Call call, AccessKeyRow before, Instant now) {
    JsonNode body = call.body();
    return new AccessKeyRow(
        before.id(),
        before.application(),
        before.key(),
        Body.patched(body, "name", before.name(), JsonNode::stringValue),
        Body.patched(body, "description", before.description(), JsonNode::stringValue),
        Body.text(body, "status")
            .map(text -> CredentialStatus.parse(text).orThrow())
            .orElse(before.status()),
        before.devices(),
        KeyRules.topics(body, before.topics()),
        KeyRules.addresses(body, before.addresses()),
        before.createdBy(),
        author(call),
        before.createdAt(),
        now);
  }

  /** Removes a key; what devices got with it is refused from then on (KEY-12). */
  private Response delete(Call call) {
    database.run(transaction -> {
      call.requireStillAllowed();
      AccessKeyRow key = find(call);
      sessions.deleteOf(transaction, key.id());
      store.delete(transaction, key.id());
      transaction.record(changes.deleted(call, subject(key), AccessKeyJson.render(key)));
    });
    return Api.success();
  }

  private static Subject subject(AccessKeyRow key) {
    return new Subject(SubjectType.ACCESS_KEY, key.id().text(), key.name().orElse(key.key()));
  }
}
