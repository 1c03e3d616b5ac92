package io.claviger.store.facts;

import io.claviger.core.change.SubjectType;
import io.claviger.core.credential.AccessKey;
import io.claviger.core.credential.CredentialStatus;
import io.claviger.core.credential.TenantToken;
import io.claviger.core.credential.UserFacts;
import io.claviger.core.credential.Validity;
import io.claviger.core.device.DeviceFacts;
import io.claviger.core.id.AccessKeyId;
import io.claviger.core.id.ApplicationId;
import io.claviger.core.id.DashboardId;
import io.claviger.core.id.DeviceId;
import io.claviger.core.id.OrganizationId;
import io.claviger.core.id.UserId;
import io.claviger.core.role.Ceiling;
import io.claviger.core.role.Membership;
import io.claviger.core.role.Owner;
import io.claviger.core.role.OwnerState;
import io.claviger.core.role.Role;
import io.claviger.core.role.Standing;
import io.claviger.core.scope.Catalogue;
import io.claviger.core.secret.Digest;
import io.claviger.core.secret.TokenKind;
import io.claviger.store.Database;
import io.claviger.store.facts.ChangeHistory.Past;
import io.claviger.store.facts.StoredCredential.WarrantRef;
import io.claviger.store.tenant.TenantTokenStore;
import java.time.Instant;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import tools.jackson.databind.JsonNode;

/**
 * Facts as they were at a moment, read from the change log alone: of each thing the last entry that
 * is not later. What was not in the log then did not exist. Digests are in no log; what was found
 * by one is found by the present ones, which never change.
 *
 * <p>One is made for each question; not for several threads.
 */
public final class LoggedFacts implements Facts {
  /** For a key that is gone: nobody can present its secret any more. */
  private static final Digest GONE = Digest.of("");

  private final ChangeHistory history;
  private final LoggedDocuments documents;
  private final Facts present;
  private final Instant moment;
  private final Set<Unknown> unknown = new HashSet<>();

  /** A fact that neither the log holds nor any row. */
  public enum Unknown {
    /**
     * What the maker of an application token had (APT-14). Before this was put into the log, it was
     * kept with the token only, and went with it.
     */
    CEILING,
    /**
     * Whether the maker of a personal access token had been its administrator without a break: one
     * who has ceased to be it, and was it at the moment, may have been it anew by then (LUC-14).
     */
    TENURE
  }

  /**
   * Reads the log of a database.
   *
   * @param present finds what is named by a digest, and has what never changes
   * @param catalogue gives scope names their meaning, which is that of today
   */
  public LoggedFacts(Database database, Facts present, Catalogue catalogue, Instant moment) {
    this.history = new ChangeHistory(database);
    this.documents = new LoggedDocuments(catalogue);
    this.present = present;
    this.moment = moment;
  }

  /**
   * The first moment of which the log of a database tells everything; empty as long as nothing is
   * in it.
   */
  public static Optional<Instant> begin(Database database) {
    return new ChangeHistory(database).begin();
  }

  /** What was asked for and is not known any more. */
  public Set<Unknown> unknown() {
    return Set.copyOf(unknown);
  }

  private Optional<Past> last(SubjectType type, String id) {
    return history.of(type, id, Optional.empty(), moment);
  }

  private Optional<JsonNode> document(SubjectType type, String id) {
    return last(type, id).filter(past -> past.ended().isEmpty()).map(Past::document);
  }

  @Override
  public Optional<CredentialRef> credential(TokenKind kind, Digest digest) {
    return present.credential(kind, digest);
  }

  /** A token never changes but for its end, and there is an entry of each of both. */
  @Override
  public Optional<TenantTokenStore.Presented> tenantToken(
      OrganizationId organization, Digest digest) {
    Optional<TenantTokenStore.Presented> found = present.tenantToken(organization, digest);
    if (found.isEmpty()) {
      return Optional.empty();
    }
    TenantToken token = found.get().token();
    Optional<JsonNode> then = document(SubjectType.TENANT_TOKEN, token.id().text());
    return then.map(document -> {
      CredentialStatus status =
          document.has("revokedDate") ? CredentialStatus.INACTIVE : CredentialStatus.ACTIVE;
      TenantToken was =
          new TenantToken(
              token.id(),
              organization,
              token.user(),
              token.tenure(),
              new Validity(status, token.validity().expiresAt()),
              token.scopes());
      return new TenantTokenStore.Presented(was, tenure(was, found.get().tenure()));
    });
  }

  /** Whoever is in the tenure still was in it at every moment since the token was made. */
  private Optional<Long> tenure(TenantToken token, Optional<Long> now) {
    if (now.equals(Optional.of(token.tenure()))) {
      return now;
    }
    boolean administrator =
        granted(token.organization(), token.user()) instanceof Standing.Member(var membership)
            && membership.role() == Role.ADMIN;
    if (administrator) {
      unknown.add(Unknown.TENURE);
    }
    return administrator ? Optional.of(token.tenure()) : Optional.empty();
  }

  /**
   * A session goes without an entry of its own when what it is of goes, so that is asked as well.
   * One that has ended by itself is still known.
   */
  @Override
  public Optional<StoredCredential> credential(CredentialRef ref) {
    return switch (ref.kind()) {
      case USER, APPLICATION -> token(ref);
      case SESSION ->
          userSession(ref)
              .filter(it -> user(it.credential().user()).isPresent())
              .map(Function.identity());
      case DEVICE -> deviceSession(ref).filter(this::stands).map(Function.identity());
      case OAUTH -> Optional.empty();
    };
  }

  private Optional<StoredCredential> token(CredentialRef ref) {
    return document(SubjectType.API_TOKEN, ref.id())
        .map(token ->
            token.path("ownerType").asString("").equals("application")
                ? documents.applicationToken(token, () -> ceiling(ref))
                : documents.userToken(token));
  }

  private Optional<Ceiling> ceiling(CredentialRef ref) {
    Optional<Ceiling> kept =
        present
            .credential(ref)
            .flatMap(stored ->
                stored instanceof StoredCredential.OfApplication(var token)
                    ? Optional.of(token.ceiling())
                    : Optional.empty());
    if (kept.isEmpty()) {
      unknown.add(Unknown.CEILING);
    }
    return kept;
  }

  private Optional<StoredCredential.OfUser> userSession(CredentialRef ref) {
    return document(SubjectType.SESSION, ref.id())
        .filter(session -> !session.has("deviceId"))
        .map(documents::userSession);
  }

  private Optional<StoredCredential.OfDevice> deviceSession(CredentialRef ref) {
    return document(SubjectType.SESSION, ref.id())
        .filter(session -> session.has("deviceId"))
        .map(session -> documents.deviceSession(session, this::sponsor));
  }

  /** The log has the id of a sponsor; what has that id says what it is. */
  private CredentialRef sponsor(String id) {
    return document(SubjectType.API_TOKEN, id)
        .map(token ->
            token.path("ownerType").asString("").equals("application")
                ? TokenKind.APPLICATION
                : TokenKind.USER)
        .map(kind -> new CredentialRef(kind, id))
        .orElseGet(() -> new CredentialRef(TokenKind.SESSION, id));
  }

  private boolean stands(StoredCredential.OfDevice stored) {
    boolean keyed =
        switch (stored.warrant()) {
          case WarrantRef.Key(AccessKeyId id) -> accessKey(id).isPresent();
          case WarrantRef.Sponsor _ -> true;
        };
    return keyed
        && applicationOwner(stored.session().application()).isPresent()
        && device(stored.session().device()).isPresent();
  }

  @Override
  public Optional<UserFacts> user(UserId id) {
    return document(SubjectType.USER, id.text()).map(it -> documents.user(id, it));
  }

  @Override
  public Optional<OwnerState> organization(OrganizationId id) {
    return document(SubjectType.ORGANIZATION, id.text()).map(documents::organization);
  }

  @Override
  public Standing granted(OrganizationId organization, UserId user) {
    Optional<Membership> membership =
        history
            .of(SubjectType.MEMBER, user.text(), Optional.of(organization.text()), moment)
            .filter(past -> past.ended().isEmpty())
            .map(past -> documents.membership(past.document()));
    return membership.<Standing>map(Standing.Member::new).orElseGet(Standing.Stranger::new);
  }

  @Override
  public Optional<Owner> applicationOwner(ApplicationId id) {
    return document(SubjectType.APPLICATION, id.text()).map(documents::owner);
  }

  @Override
  public Optional<DashboardFacts> dashboard(DashboardId id) {
    return document(SubjectType.DASHBOARD, id.text()).map(it -> documents.dashboard(id, it));
  }

  @Override
  public Optional<DeviceFacts> device(DeviceId id) {
    return last(SubjectType.DEVICE, id.text())
        .filter(past -> !past.ended().equals(Optional.of(ChangeBase.PURGE)))
        .map(past -> documents.device(id, past.document(), past.ended().isPresent()));
  }

  @Override
  public Optional<AccessKey> accessKey(AccessKeyId id) {
    return document(SubjectType.ACCESS_KEY, id.text())
        .map(key ->
            documents.accessKey(
                id, key, present.accessKey(id).map(AccessKey::secret).orElse(GONE)));
  }

  @Override
  public Optional<AccessKeyId> accessKey(String key) {
    return present.accessKey(key);
  }
}
