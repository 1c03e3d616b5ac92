package io.claviger.store.organization;

import io.claviger.core.id.InvitationId;
import io.claviger.core.id.OrganizationId;
import io.claviger.core.id.UserId;
import io.claviger.core.secret.Digest;
import io.claviger.store.Database;
import io.claviger.store.Fold;
import io.claviger.store.SqlTypes;
import io.claviger.store.Transaction;
import io.claviger.store.facts.SqlFacts;
import io.claviger.store.organization.InvitationRow.Inviter;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jdbi.v3.core.statement.SqlStatement;

/** The table of invitations; an organization has at most one for each address. */
public final class InvitationStore {
  private static final String SELECT =
      "SELECT i.id, i.organization_id, o.name AS organization_name,"
          + " o.mfa_mode, o.is_read_only, o.disabled_at, i.email, i.role,"
          + " i.application_roles, i.dashboard_roles, i.disallow_transfer, i.invited_at,"
          + " i.expires_at, i.mail_attempts, b.first_name, b.last_name, b.email AS inviter_email"
          + " FROM invitation i JOIN organization o ON o.id = i.organization_id"
          + " LEFT JOIN app_user b ON b.id = i.invited_by";

  /** With the user whose address the invitation is for. */
  private static final String SELECT_FOR_USER =
      SELECT + " JOIN app_user u ON u.email_folded = i.email_folded";

  private final Database database;

  public InvitationStore(Database database) {
    this.database = database;
  }

  /** All invitations of an organization, expired ones too, in the order in which they were made. */
  public List<InvitationRow> list(OrganizationId organization) {
    return list(
        SELECT + " WHERE i.organization_id = :organization ORDER BY i.id",
        Map.of("organization", organization.text()));
  }

  /** All invitations for the address of a user, expired ones too. */
  public List<InvitationRow> list(UserId user) {
    return list(SELECT_FOR_USER + " WHERE u.id = :user ORDER BY i.id", Map.of("user", user.text()));
  }

  /** The invitation of an organization. */
  public Optional<InvitationRow> find(OrganizationId organization, InvitationId id) {
    return list(
            SELECT + " WHERE i.organization_id = :organization AND i.id = :id",
            Map.of("organization", organization.text(), "id", id.text()))
        .stream()
        .findFirst();
  }

  /** The invitation of an organization for an address. */
  public Optional<InvitationRow> find(OrganizationId organization, String email) {
    return list(
            SELECT + " WHERE i.organization_id = :organization AND i.email_folded = :email",
            Map.of("organization", organization.text(), "email", Fold.fold(email)))
        .stream()
        .findFirst();
  }

  /** The invitation, if it is for the address of that user. */
  public Optional<InvitationRow> find(UserId user, InvitationId id) {
    return list(
            SELECT_FOR_USER + " WHERE u.id = :user AND i.id = :id",
            Map.of("user", user.text(), "id", id.text()))
        .stream()
        .findFirst();
  }

  /** The invitation whose link has a token with this digest, if it is for that address. */
  public Optional<InvitationRow> find(Digest digest, String email) {
    return list(
            SELECT
                + " JOIN invitation_link l ON l.invitation_id = i.id"
                + " WHERE l.digest = :digest AND i.email_folded = :email",
            Map.of("digest", digest.toBytes(), "email", Fold.fold(email)))
        .stream()
        .findFirst();
  }

  private List<InvitationRow> list(String sql, Map<String, ?> parameters) {
    return database.read(
        handle -> handle.createQuery(sql).bindMap(parameters).map((row, _) -> row(row)).list());
  }

  /** How many invitations an organization has for other addresses that have not expired (ORG-9). */
  public long countPending(OrganizationId organization, String exceptEmail, Instant now) {
    return database.read(handle ->
        handle
            .createQuery(
                "SELECT COUNT(*) FROM invitation WHERE organization_id = :organization"
                    + " AND email_folded <> :email AND expires_at > :now")
            .bind("organization", organization.text())
            .bind("email", Fold.fold(exceptEmail))
            .bind("now", now)
            .mapTo(Long.class)
            .one());
  }

  /**
   * Adds an invitation, which waits to be sent.
   *
   * @param inviter who invites
   */
  public void insert(Transaction transaction, InvitationRow invitation, UserId inviter) {
    bind(
            transaction
                .handle()
                .createUpdate(
                    "INSERT INTO invitation (id, organization_id, email, email_folded, role,"
                        + " application_roles, dashboard_roles, disallow_transfer, invited_by,"
                        + " invited_at, expires_at, mail_due_at, mail_attempts) VALUES (:id,"
                        + " :organization, :email, :emailFolded, :role, :applicationRoles,"
                        + " :dashboardRoles, :disallowTransfer, :invitedBy, :invitedAt,"
                        + " :expiresAt, :dueAt, 0)"),
            invitation,
            inviter)
        .bind("dueAt", transaction.now())
        .bind("organization", invitation.organization().text())
        .bind("emailFolded", Fold.fold(invitation.email()))
        .execute();
  }

  /**
   * Renews an invitation: all but organization and address. It waits to be sent anew, and the links
   * that it had lead nowhere.
   */
  public void update(Transaction transaction, InvitationRow invitation, UserId inviter) {
    transaction
        .handle()
        .createUpdate("DELETE FROM invitation_link WHERE invitation_id = :id")
        .bind("id", invitation.id().text())
        .execute();
    bind(
            transaction
                .handle()
                .createUpdate(
                    "UPDATE invitation SET email = :email, role = :role,"
                        + " application_roles = :applicationRoles,"
                        + " dashboard_roles = :dashboardRoles,"
                        + " disallow_transfer = :disallowTransfer, invited_by = :invitedBy,"
                        + " invited_at = :invitedAt, expires_at = :expiresAt,"
                        + " mail_due_at = :dueAt, mail_attempts = 0 WHERE id = :id"),
            invitation,
            inviter)
        .bind("dueAt", transaction.now())
        .execute();
  }

  private static <S extends SqlStatement<S>> S bind(
      S statement, InvitationRow invitation, UserId inviter) {
    return SqlFacts.bind(statement, invitation.membership())
        .bind("id", invitation.id().text())
        .bind("email", invitation.email())
        .bind("disallowTransfer", invitation.disallowTransfer())
        .bind("invitedBy", inviter.text())
        .bind("invitedAt", invitation.invitedAt())
        .bind("expiresAt", invitation.expiresAt());
  }

  /** Makes due what waits for the next attempt to send it. */
  public void hurry(Transaction transaction) {
    transaction
        .handle()
        .createUpdate("UPDATE invitation SET mail_due_at = :now WHERE mail_due_at > :now")
        .bind("now", transaction.now())
        .execute();
  }

  /** Whether an invitation is due to be sent that can still be accepted. */
  public boolean hasUnsent(Instant now) {
    return database.read(handle ->
        handle
            .createQuery(
                "SELECT id FROM invitation WHERE mail_due_at <= :now AND expires_at > :now"
                    + " LIMIT 1")
            .bind("now", now)
            .mapTo(String.class)
            .findOne()
            .isPresent());
  }

  /**
   * An invitation to be sent.
   *
   * @param attempts how often it was tried, this time included
   */
  public record Unsent(InvitationRow invitation, int attempts) {}

  /**
   * Takes an invitation that is due to be sent, and puts its next attempt off for so long as this
   * one may take.
   *
   * @param lease until the next attempt
   */
  public Optional<Unsent> claimUnsent(Transaction transaction, Duration lease) {
    Instant now = transaction.now();
    Optional<Unsent> due =
        transaction
            .handle()
            .createQuery(
                SELECT
                    + " WHERE i.mail_due_at <= :now AND i.expires_at > :now"
                    + " ORDER BY i.mail_due_at, i.id LIMIT 1")
            .bind("now", now)
            .map((row, _) -> new Unsent(row(row), row.getInt("mail_attempts") + 1))
            .findOne();
    due.ifPresent(unsent ->
        transaction
            .handle()
            .createUpdate(
                "UPDATE invitation SET mail_attempts = :attempts, mail_due_at = :dueAt"
                    + " WHERE id = :id")
            .bind("attempts", unsent.attempts())
            .bind("dueAt", now.plus(lease))
            .bind("id", unsent.invitation().id().text())
            .execute());
    return due;
  }

  /** Adds a link that is about to be sent. */
  public void addLink(Transaction transaction, InvitationId id, Digest digest) {
    transaction
        .handle()
        .createUpdate("INSERT INTO invitation_link (digest, invitation_id) VALUES (:digest, :id)")
        .bind("digest", digest.toBytes())
        .bind("id", id.text())
        .execute();
  }

  /** Says that an invitation is not to be sent any more, unless it was renewed meanwhile. */
  public void sent(Transaction transaction, InvitationRow invitation) {
    due(transaction, invitation, Optional.empty());
  }

  /** Says when sending an invitation is tried next, unless it was renewed meanwhile. */
  public void postpone(Transaction transaction, InvitationRow invitation, Instant dueAt) {
    due(transaction, invitation, Optional.of(dueAt));
  }

  private static void due(
      Transaction transaction, InvitationRow invitation, Optional<Instant> dueAt) {
    transaction
        .handle()
        .createUpdate(
            "UPDATE invitation SET mail_due_at = :dueAt"
                + " WHERE id = :id AND invited_at = :invitedAt AND mail_due_at IS NOT NULL")
        .bind("dueAt", dueAt.map(Instant::toEpochMilli))
        .bind("id", invitation.id().text())
        .bind("invitedAt", invitation.invitedAt())
        .execute();
  }

  /** Removes an invitation; its link leads nowhere from then on. */
  public void delete(Transaction transaction, InvitationId id) {
    transaction
        .handle()
        .createUpdate("DELETE FROM invitation WHERE id = :id")
        .bind("id", id.text())
        .execute();
  }

  private static InvitationRow row(ResultSet row) throws SQLException {
    return new InvitationRow(
        new InvitationId(row.getString("id")),
        new OrganizationId(row.getString("organization_id")),
        row.getString("organization_name"),
        SqlFacts.ownerState(row),
        row.getString("email"),
        SqlFacts.membership(row),
        SqlTypes.flag(row, "disallow_transfer"),
        inviter(row),
        SqlTypes.instant(row, "invited_at"),
        SqlTypes.instant(row, "expires_at"));
  }

  private static Optional<Inviter> inviter(ResultSet row) throws SQLException {
    Optional<String> email = SqlTypes.optionalText(row, "inviter_email");
    if (email.isEmpty()) {
      return Optional.empty();
    }
    String name = row.getString("first_name") + " " + row.getString("last_name");
    return Optional.of(new Inviter(name.strip(), email.get()));
  }
}
