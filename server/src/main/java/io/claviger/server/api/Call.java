package io.claviger.server.api;

import io.claviger.core.decide.Bearer;
import io.claviger.core.decide.Decision;
import io.claviger.core.decide.Place;
import io.claviger.core.decide.Question;
import io.claviger.core.id.ApplicationId;
import io.claviger.core.id.ObjectId;
import io.claviger.core.id.OrganizationId;
import io.claviger.core.id.UserId;
import io.claviger.core.role.Owner;
import io.claviger.server.access.Bearers;
import io.claviger.server.http.ApiException;
import io.claviger.server.http.Request;
import java.util.Optional;
import java.util.function.Function;
import tools.jackson.databind.JsonNode;

/**
 * A request that has been allowed, on its way to the use case.
 *
 * @param request as it came
 * @param question who asks for what, where, from where and when
 * @param allowed on what grounds
 * @param body valid by the API document; missing when the operation has none
 * @param confirmation asks once more
 */
public record Call(
    Request request,
    Question question,
    Decision.Allowed allowed,
    JsonNode body,
    Confirmation confirmation) {

  /** Puts the question of a call once more, with everything looked up anew. */
  public interface Confirmation {
    /**
     * The call as it is allowed now.
     *
     * @throws ApiException as the decision has it
     */
    Call ask(Call call);
  }

  /**
   * The call as it is allowed now. To be asked inside a write, which is the only one at that time:
   * between the decision and the write the credential may have been taken back, the role lowered,
   * or the place removed.
   *
   * @throws ApiException what the request would be answered if it came now
   */
  public Call confirmed() {
    return confirmation.ask(this);
  }

  /**
   * Refuses what would be refused if it were asked now; see {@link #confirmed}.
   *
   * @throws ApiException what the request would be answered if it came now
   */
  public void requireStillAllowed() {
    var _ = confirmed();
  }

  /** Who asks. */
  public Bearer bearer() {
    return question.bearer();
  }

  /** Where. */
  public Place place() {
    return question.place();
  }

  /**
   * The user who asks, in person or through a token.
   *
   * @throws ApiException 403 when the bearer acts for no user
   */
  public UserId user() {
    return Bearers.userOf(bearer())
        .orElseThrow(() -> ApiException.forbidden("Only a user can do this"));
  }

  /** The application named in the path; it exists. */
  public ApplicationId application() {
    return id("applicationId", "Application", ApplicationId::new);
  }

  /** The organization named in the path; it exists. */
  public OrganizationId organization() {
    return id("orgId", "Organization", OrganizationId::new);
  }

  /**
   * An id in the path, which may name nothing.
   *
   * @param kind what it names, for people: {@code Application}
   * @throws ApiException 404 when it is no id (WIR-7)
   */
  public <I> I id(String parameter, String kind, Function<String, I> constructor) {
    String text = request.parameter(parameter);
    if (!ObjectId.isValid(text)) {
      throw ApiException.notFound(kind);
    }
    return constructor.apply(ObjectId.normalise(text));
  }

  /** The organization that the place belongs to; empty for a sandbox and the own account. */
  public Optional<OrganizationId> owningOrganization() {
    return owner().flatMap(Call::organizationOf);
  }

  private static Optional<OrganizationId> organizationOf(Owner owner) {
    return switch (owner) {
      case Owner.Organization(OrganizationId id) -> Optional.of(id);
      case Owner.Sandbox _ -> Optional.empty();
    };
  }

  /** Whom the place belongs to; empty for the own account. */
  public Optional<Owner> owner() {
    return switch (place()) {
      case Place.OfOwner place -> Optional.of(place.owner());
      case Place.OfApplication place -> Optional.of(place.owner());
      case Place.OfDashboard place -> Optional.of(place.dashboard().owner());
      case Place.Account _, Place.Absent _ -> Optional.empty();
    };
  }
}
