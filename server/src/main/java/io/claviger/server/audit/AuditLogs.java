package io.claviger.server.audit;

import io.claviger.core.decide.Bearer;
import io.claviger.core.id.ObjectId;
import io.claviger.core.role.Owner;
import io.claviger.core.role.Resource;
import io.claviger.core.role.Role;
import io.claviger.core.scope.Catalogue;
import io.claviger.server.api.Api;
import io.claviger.server.api.Call;
import io.claviger.server.api.ListParameters;
import io.claviger.server.api.Wire;
import io.claviger.server.contract.Contract;
import io.claviger.server.http.ApiException;
import io.claviger.server.http.Query;
import io.claviger.server.http.Response;
import io.claviger.store.Database;
import io.claviger.store.ListPage;
import io.claviger.store.ListRequest;
import io.claviger.store.ListRequest.SortDirection;
import io.claviger.store.audit.AuditLog;
import io.claviger.store.audit.AuditRow;
import io.claviger.store.audit.AuditStore;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.node.ObjectNode;

/**
 * {@code /orgs/{orgId}/audit-logs} for administrators (AUD-1) and {@code /me/audit-logs} for the
 * own account (AUD-8).
 */
public final class AuditLogs {
  private static final String KIND = "Audit log";
  private static final String AFTER = "after";

  private final AuditStore store;
  private final AuditJson json;

  public AuditLogs(Database database, Catalogue catalogue, Contract contract) {
    Set<String> creating = contract.creating();
    this.store = new AuditStore(database, creating);
    this.json = new AuditJson(catalogue, creating);
  }

  /** Adds the actions of {@code auditLog(s)} and {@code meAuditLog(s)}. */
  public void addTo(Api api) {
    api.handle("auditLogs.get", call -> list(call, ofOrganization(call)));
    api.handle("auditLog.get", call -> get(call, ofOrganization(call)));
    api.handle("meAuditLogs.get", call -> list(call, ofAccount(call)));
    api.handle("meAuditLog.get", call -> get(call, ofAccount(call)));
  }

  /** Whoever comes here administers all of the organization: such a cap has no exceptions. */
  private static AuditLog ofOrganization(Call call) {
    return new AuditLog.OfOrganization(call.organization());
  }

  /** The sandbox is for those who administer it, as an organization's log is (AUD-1). */
  private static AuditLog ofAccount(Call call) {
    Resource sandbox = new Resource.Whole(new Owner.Sandbox(call.user()));
    boolean administered =
        call.bearer() instanceof Bearer.OfUser(var credential, var _)
            && credential.cap().over(sandbox) == Role.ADMIN;
    return new AuditLog.OfAccount(call.user(), administered);
  }

  private Response list(Call call, AuditLog log) {
    Query query = call.request().query();
    ListRequest request =
        ListParameters.read(query, store.fields(), "creationDate", SortDirection.DESCENDING);
    ListPage<AuditRow> page =
        store.list(log, AuditParameters.read(query), request, after(query, request, log));
    ObjectNode body =
        Wire.page(
            "auditLogs",
            request,
            page,
            row -> Wire.withLinks(json.render(row), query, Map.of("self", self(log, row))));
    body.put(ownerField(log), ownerId(log));
    return Response.ok(Wire.withLinks(body, query, Map.of("self", path(log))));
  }

  /** The entry behind which the page begins: pages that new entries do not move. */
  private Optional<AuditRow> after(Query query, ListRequest request, AuditLog log) {
    Optional<String> given = query.text(AFTER).filter(text -> !text.isEmpty());
    if (given.isPresent() && request.page() != 0) {
      throw ApiException.validation(AFTER, "goes with page 0 only");
    }
    return given.map(id ->
        find(id, log).orElseThrow(() -> ApiException.validation(AFTER, "is no entry of this log")));
  }

  private Response get(Call call, AuditLog log) {
    AuditRow row =
        find(call.request().parameter("auditLogId"), log)
            .orElseThrow(() -> ApiException.notFound(KIND));
    return Response.ok(
        Wire.withLinks(
            json.render(row),
            call.request().query(),
            Map.of("self", self(log, row), "auditLogs", path(log))));
  }

  private Optional<AuditRow> find(String id, AuditLog log) {
    return ObjectId.isValid(id) ? store.find(log, ObjectId.normalise(id)) : Optional.empty();
  }

  private static String self(AuditLog log, AuditRow row) {
    return path(log) + "/" + row.id();
  }

  private static String path(AuditLog log) {
    return switch (log) {
      case AuditLog.OfOrganization(var id) -> "/orgs/" + id.text() + "/audit-logs";
      case AuditLog.OfAccount _ -> "/me/audit-logs";
    };
  }

  private static String ownerField(AuditLog log) {
    return switch (log) {
      case AuditLog.OfOrganization _ -> "orgId";
      case AuditLog.OfAccount _ -> "userId";
    };
  }

  private static String ownerId(AuditLog log) {
    return switch (log) {
      case AuditLog.OfOrganization(var id) -> id.text();
      case AuditLog.OfAccount(var id, var _) -> id.text();
    };
  }
}
