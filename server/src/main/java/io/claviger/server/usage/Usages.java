package io.claviger.server.usage;

import io.claviger.core.decide.Bearer;
import io.claviger.core.id.Id;
import io.claviger.core.id.ObjectId;
import io.claviger.core.role.Owner;
import io.claviger.core.role.Resource;
import io.claviger.core.role.Role;
import io.claviger.server.access.CredentialUse;
import io.claviger.server.api.Api;
import io.claviger.server.api.Call;
import io.claviger.server.api.ListParameters;
import io.claviger.server.api.Wire;
import io.claviger.server.http.ApiException;
import io.claviger.server.http.Query;
import io.claviger.server.http.Response;
import io.claviger.store.ListRequest;
import io.claviger.store.ListRequest.SortDirection;
import io.claviger.store.facts.CredentialUses.Use;
import io.claviger.store.usage.CredentialParty;
import io.claviger.store.usage.UsageStore;
import io.claviger.store.usage.UsageStore.Of;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import tools.jackson.databind.node.ObjectNode;

/** Views of how credentials are used, and of single refusals by the number of the request. */
public final class Usages {
  private static final String REFUSAL = "Refusal";

  /** Longer than every outcome. */
  private static final int OUTCOME_LENGTH_MAX = 64;

  private static final Set<String> OF_APPLICATIONS =
      Set.of("applicationToken", "deviceSession", "accessKey");

  private final UsageStore store;
  private final CredentialUse use;

  public Usages(UsageStore store, CredentialUse use) {
    this.store = store;
    this.use = use;
  }

  /** Adds the views that belong to no single credential. */
  public void addTo(Api api) {
    api.handle("orgCredentialUses.get", this::ofOrganization);
    api.handle("orgDecision.get", this::refusalInOrganization);
    api.handle("meDecision.get", this::refusalOfAccount);
  }

  /** The last uses of credentials by id, for their own answers. */
  public Map<String, Use> last(Collection<String> ids) {
    return use.last(ids);
  }

  /**
   * The uses of one credential that the caller may see.
   *
   * @param owner the user, or the owner of the application: what was before it changed hands stays
   *     with the owner before
   */
  public Response ofCredential(Call call, Id credential, Id owner) {
    return Response.ok(
        page(call, new Of.Credential(credential.text(), owner.text()))
            .put("credentialId", credential.text()));
  }

  /** As above, for a credential of the application in the path. */
  public Response ofCredential(Call call, Id credential) {
    Id owner =
        switch (call.owner().orElseThrow()) {
          case Owner.Organization(var id) -> id;
          case Owner.Sandbox(var id) -> id;
        };
    return ofCredential(call, credential, owner);
  }

  private ObjectNode page(Call call, Of whose) {
    ListRequest request =
        ListParameters.read(
            call.request().query(), UsageStore.LIST, "lastUsed", SortDirection.DESCENDING);
    return Wire.page(
        "credentialUses", request, store.list(whose, request), row -> UsageJson.render(row));
  }

  private Response ofOrganization(Call call) {
    String organization = call.organization().text();
    Query query = call.request().query();
    Optional<String> credential = given(query, "credentialId");
    if (credential.isPresent() && !ObjectId.isValid(credential.get())) {
      throw ApiException.validation("credentialId", "must be 24 hexadecimal digits");
    }
    Optional<String> outcome = given(query, "outcome");
    if (outcome.isPresent() && !outcome.get().matches("[a-z_]{1," + OUTCOME_LENGTH_MAX + "}")) {
      throw ApiException.validation("outcome", "must be ok or the name of a reason");
    }
    Of whose = new Of.Organization(organization, credential.map(ObjectId::normalise), outcome);
    return Response.ok(page(call, whose).put("orgId", organization));
  }

  private static Optional<String> given(Query query, String name) {
    return query.text(name).filter(text -> !text.isEmpty());
  }

  private Response refusalInOrganization(Call call) {
    Optional<String> organization = Optional.of(call.organization().text());
    return refusal(call, party -> party.organization().equals(organization));
  }

  /**
   * That of a credential of the user; of one in the sandbox only for who administers the sandbox.
   */
  private Response refusalOfAccount(Call call) {
    Resource sandbox = new Resource.Whole(new Owner.Sandbox(call.user()));
    boolean administered =
        call.bearer() instanceof Bearer.OfUser(var credential, var _)
            && credential.cap().over(sandbox) == Role.ADMIN;
    Optional<String> account = Optional.of(call.user().text());
    return refusal(
        call,
        party ->
            party.account().equals(account)
                && (administered || !OF_APPLICATIONS.contains(party.kind())));
  }

  private Response refusal(Call call, Predicate<CredentialParty> seen) {
    return use.refusal(call.request().parameter("requestId"))
        .filter(refusal -> seen.test(refusal.party()))
        .map(UsageJson::render)
        .map(Response::ok)
        .orElseThrow(() -> ApiException.notFound(REFUSAL));
  }
}
