package io.claviger.server.scim;

import io.claviger.server.account.ManagedAccounts;
import io.claviger.server.api.Api;
import io.claviger.server.api.Call;
import io.claviger.server.http.ApiException;
import io.claviger.server.http.Json;
import io.claviger.server.http.Response;
import io.claviger.store.Database;
import io.claviger.store.Transaction;
import io.claviger.store.tenant.DirectoryRow;
import io.claviger.store.user.PasswordHash;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * {@code POST /scim/v2/Bulk} (RFC 7644 section 3.7): many operations in one request, each done
 * whole or not at all, in their order; one that names what a later one makes waits for that.
 */
final class Bulk {
  /** Announced to clients; one more is refused with 413. */
  static final int OPERATIONS_MAX = 1_000;

  /** Each costs tens of milliseconds of a processor. */
  private static final int PASSWORDS_MAX = 50;

  /** So many are done before others who write have their turn. */
  private static final int CHUNK = 50;

  private static final String REQUEST = "urn:ietf:params:scim:api:messages:2.0:BulkRequest";
  private static final String RESPONSE = "urn:ietf:params:scim:api:messages:2.0:BulkResponse";

  private final Database database;
  private final Users users;
  private final Groups groups;
  private final ManagedAccounts accounts;
  private final Links links;

  Bulk(Database database, Users users, Groups groups, ManagedAccounts accounts, Links links) {
    this.database = database;
    this.users = users;
    this.groups = groups;
    this.accounts = accounts;
    this.links = links;
  }

  void addTo(Api api) {
    api.handle("scimBulk.post", this::post);
  }

  /** An operation on its way; a broken one has a problem instead. */
  private static final class Step {
    final int place;
    final ObjectNode sent;
    @Nullable BulkOperation operation;
    @Nullable ApiException problem;
    Optional<PasswordHash> password = Optional.empty();

    /** The names of what other operations make. */
    Set<String> needs = Set.of();

    Step(int place, ObjectNode sent) {
      this.place = place;
      this.sent = sent;
    }

    boolean waits(Progress progress) {
      return problem == null && !progress.ids.keySet().containsAll(needs);
    }

    void giveUp(Progress progress) {
      if (waits(progress)) {
        problem =
            new ApiException(
                409, "invalidValue", "bulkId names what no operation has made", Map.of());
      }
    }
  }

  /** What has come of a request so far. */
  private static final class Progress {
    final Map<String, String> ids = new HashMap<>();
    final Map<Integer, ObjectNode> results = new HashMap<>();
    int errors;
  }

  private Response post(Call call) {
    ObjectNode body = (ObjectNode) call.body();
    JsonNode operations =
        ScimJson.member(body, "Operations")
            .map(Map.Entry::getValue)
            .filter(JsonNode::isArray)
            .orElseThrow(() -> ScimErrors.invalidSyntax("Operations must be an array"));
    requireSchema(body);
    if (operations.size() > OPERATIONS_MAX) {
      throw tooLarge("Operations must be at most " + OPERATIONS_MAX);
    }
    int errorsMax = failOnErrors(body);
    Deque<Step> steps = steps(operations);
    var progress = new Progress();
    while (!steps.isEmpty() && progress.errors < errorsMax) {
      database.run(transaction -> {
        call.requireStillAllowed();
        chunk(transaction, call, steps, progress, errorsMax);
      });
    }
    accounts.wake();
    return ScimJson.response(200, answer(progress, operations.size()));
  }

  private static void requireSchema(ObjectNode body) {
    boolean named =
        ScimJson.member(body, "schemas")
            .map(Map.Entry::getValue)
            .filter(array ->
                array.valueStream().anyMatch(it -> it.asString("").equalsIgnoreCase(REQUEST)))
            .isPresent();
    if (!named) {
      throw ScimErrors.invalidSyntax("schemas must be [\"" + REQUEST + "\"]");
    }
  }

  private static int failOnErrors(ObjectNode body) {
    Optional<JsonNode> given =
        ScimJson.member(body, "failOnErrors")
            .map(Map.Entry::getValue)
            .filter(value -> !value.isNull());
    if (given.isEmpty()) {
      return Integer.MAX_VALUE;
    }
    if (!given.get().isIntegralNumber() || !given.get().canConvertToInt()) {
      throw ScimErrors.invalidValue("failOnErrors must be a whole number");
    }
    int wanted = given.get().intValue();
    return wanted <= 0 ? Integer.MAX_VALUE : wanted;
  }

  private static ApiException tooLarge(String detail) {
    return new ApiException(413, "PayloadTooLarge", detail, Map.of());
  }

  private Deque<Step> steps(JsonNode operations) {
    Deque<Step> steps = new ArrayDeque<>();
    Set<String> names = new HashSet<>();
    int passwords = 0;
    for (JsonNode node : operations) {
      var step = new Step(steps.size(), node instanceof ObjectNode it ? it : Json.emptyObject());
      steps.add(step);
      try {
        BulkOperation operation = BulkOperation.read(step.sent);
        step.operation = operation;
        step.needs = operation.references();
        if (operation.method().equals("POST") && !names.add(operation.bulkId().orElseThrow())) {
          throw ScimErrors.invalidValue("bulkId is that of another operation");
        }
        if (operation.password().isPresent() && ++passwords > PASSWORDS_MAX) {
          throw tooLarge("at most " + PASSWORDS_MAX + " operations may have a password");
        }
      } catch (ApiException e) {
        if (e.status() == 413) {
          throw e;
        }
        step.problem = e;
      }
    }
    steps.forEach(this::hash);
    return steps;
  }

  private void hash(Step step) {
    if (step.operation == null || step.problem != null) {
      return;
    }
    Optional<String> text = step.operation.password();
    if (text.isPresent()) {
      try {
        step.password = users.password(Json.emptyObject().put("password", text.get()));
      } catch (ApiException e) {
        step.problem = e;
      }
    }
  }

  /**
   * Some operations in one write. One that names what is not there yet goes to the end. When all
   * that are left wait for one another, none of them will ever be done.
   */
  private void chunk(
      Transaction transaction, Call call, Deque<Step> steps, Progress progress, int errorsMax) {
    int waited = 0;
    for (int done = 0; done < CHUNK && !steps.isEmpty() && progress.errors < errorsMax; ) {
      Step step = steps.removeFirst();
      if (step.waits(progress)) {
        steps.addLast(step);
        waited++;
        if (waited > steps.size()) {
          steps.forEach(it -> it.giveUp(progress));
        }
        continue;
      }
      waited = 0;
      done++;
      try {
        if (step.problem != null) {
          throw step.problem;
        }
        ObjectNode result = transaction.attempt(() -> run(transaction, call, step, progress));
        progress.results.put(step.place, result);
      } catch (ApiException e) {
        progress.results.put(step.place, failed(call, step, e));
        progress.errors++;
      }
    }
  }

  private ObjectNode failed(Call call, Step step, ApiException e) {
    ObjectNode result = result(step);
    if (step.operation != null && !step.operation.id().isEmpty()) {
      result.put("location", location(call, step.operation, step.operation.id()));
    }
    result.put("status", Integer.toString(e.status()));
    result.set("response", ScimErrors.body(e));
    return result;
  }

  private static ObjectNode result(Step step) {
    ObjectNode result = Json.emptyObject();
    result.put("method", ScimJson.text(step.sent, "method").orElse(""));
    ScimJson.text(step.sent, "bulkId").ifPresent(id -> result.put("bulkId", id));
    return result;
  }

  private String location(Call call, BulkOperation operation, String id) {
    return links.to(call, "/" + operation.kind() + "/" + id);
  }

  private ObjectNode run(Transaction transaction, Call call, Step step, Progress progress) {
    BulkOperation sent = step.operation;
    if (sent == null) {
      throw ScimErrors.invalidSyntax("Operations must be objects");
    }
    BulkOperation operation =
        sent.resolved(name -> Objects.requireNonNull(progress.ids.get(name), name));
    Done done =
        operation.kind().equals("Users")
            ? user(transaction, call, operation, step.password, progress)
            : group(transaction, call, operation);
    ObjectNode result = result(step);
    result.put("location", location(call, operation, done.id()));
    done.version().ifPresent(version -> result.put("version", version));
    return result.put("status", Integer.toString(done.status()));
  }

  private record Done(String id, Optional<String> version, int status) {}

  private Done user(
      Transaction transaction,
      Call call,
      BulkOperation operation,
      Optional<PasswordHash> password,
      Progress progress) {
    String id = operation.id();
    ResourceSchema schema = ResourceSchema.USER;
    if (operation.method().equals("DELETE")) {
      users.delete(transaction, call, id, operation.version());
      return new Done(id, Optional.empty(), 204);
    }
    boolean makes = operation.method().equals("POST");
    DirectoryRow written =
        switch (operation.method()) {
          case "POST" ->
              users.create(
                  transaction, call, Canonical.resource(schema, operation.data()), password);
          case "PUT" ->
              users.change(
                  transaction,
                  call,
                  id,
                  operation.version(),
                  _ -> UserJson.replacement(operation.data()),
                  password);
          default ->
              users.change(
                  transaction,
                  call,
                  id,
                  operation.version(),
                  row -> UserJson.patched(row, operation.data()),
                  password);
        };
    if (makes) {
      progress.ids.put(operation.bulkId().orElseThrow(), written.id());
    }
    String version = UserJson.version(users.show(call, written.id()));
    return new Done(written.id(), Optional.of(version), makes ? 201 : 200);
  }

  private Done group(Transaction transaction, Call call, BulkOperation operation) {
    ResourceSchema schema = ResourceSchema.GROUP;
    String id = operation.id();
    switch (operation.method()) {
      case "POST" -> throw groups.refused(call, Canonical.resource(schema, operation.data()));
      case "DELETE" -> throw groups.undeletable(call, id);
      case "PUT" ->
          groups.change(
              transaction,
              call,
              id,
              operation.version(),
              _ -> Canonical.resource(schema, operation.data()));
      default ->
          groups.change(
              transaction,
              call,
              id,
              operation.version(),
              before -> Patch.apply(schema, Groups.writable(before), operation.data()));
    }
    return new Done(id, Optional.of(UserJson.version(groups.show(call, id))), 200);
  }

  /** In the order of the request; those that came after too many errors are not there. */
  private static ObjectNode answer(Progress progress, int operations) {
    ObjectNode body = Json.emptyObject();
    body.putArray("schemas").add(RESPONSE);
    var array = body.putArray("Operations");
    for (int i = 0; i < operations; i++) {
      ObjectNode result = progress.results.get(i);
      if (result != null) {
        array.add(result);
      }
    }
    return body;
  }
}
